import { expect } from "chai";
import type { ServerResponse } from "node:http";
import { gatesOf } from "../../../../infra/targets/local/gates";
import type { PlannedBackground, PlannedWeb } from "../../../../infra/plan/plan";
import { fakeEngine, frame, type FakeEngine } from "../../../docker/fake-engine";

/** A service of which the gate reads only what is here. */
const web = {
  id: "shop/web",
  kind: "web",
  hostPort: 1,
  healthPath: "/health/",
  healthCheck: { timeout: "1s" },
} as unknown as PlannedWeb;
const worker = { id: "shop/worker", kind: "worker", healthCommand: ["check"] } as unknown as PlannedBackground;

describe("a gate of a container", () => {
  let engine: FakeEngine;
  let asked: string[];
  let life: { Running: boolean; ExitCode: number };
  let marked: boolean;
  let codes: number[];
  const host = process.env["DOCKER_HOST"];

  beforeEach(async () => {
    [asked, life, marked, codes] = [[], { Running: true, ExitCode: 0 }, false, [0]];
    const answerOf = (url: string): unknown => {
      if (url === "/containers/id/exec") return { Id: "e1" };
      if (url === "/exec/e1/json") return { Running: false, ExitCode: codes.length > 1 ? codes.shift() : codes[0] };
      return { State: life, RestartCount: 0, Id: "id" };
    };
    engine = await fakeEngine({
      answer: ({ url = "", method }, response: ServerResponse) => {
        asked.push(`${method} ${url.split("?")[0]}`);
        if (url.includes("/archive")) return void response.writeHead(marked ? 200 : 404).end();
        if (url.includes("/logs")) return void response.end(frame(2, "no such table\n"));
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answerOf(url)));
      },
      upgraded: (connection) => connection.end(frame(2, "psql: wrong\n")),
    });
    process.env["DOCKER_HOST"] = engine.host;
  });
  afterEach(async () => {
    if (host === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = host;
    await engine.close();
  });

  const gates = (health: "healthy" | "starting" = "starting") =>
    gatesOf({
      containers: [{ id: "id", name: "shop_test_web", labels: {}, running: true, health, exitCode: 0 }],
      volumes: [],
      takenPorts: new Map(),
      id: "engine",
    });
  const failureOf = (work: Promise<void>): Promise<string> =>
    work.then(
      () => "",
      (error: Error) => error.message,
    );

  it("fails at once for a service that has ended, with the end of its log", async () => {
    life = { Running: false, ExitCode: 3 };
    const message = await failureOf(gates().service({ id: "id", service: web }));
    expect(message).to.match(/^shop\/web does not stay up \(exit code 3\)[^]*    no such table\n/);
  });

  it("asks a service that was healthy before nothing at all", async () => {
    await gates("healthy").service({ id: "id", service: web });
    expect(asked).to.deep.equal([]);
  });

  it("waits until a worker passes its own check", async () => {
    codes = [1, 0];
    await gates().service({ id: "id", service: worker });
    expect(asked.filter((each) => each === "POST /containers/id/exec")).to.have.length(2);
  });

  const step = { id: "id", what: "shop/postgres", script: "psql", env: ["PASSWORD=secret"] };

  it("runs a datastore's step once in the life of its container", async () => {
    await gates().datastore(step);
    expect(asked).to.include("POST /containers/id/exec");
    [asked, marked] = [[], true];
    await gates().datastore(step);
    expect(asked).to.deep.equal(["HEAD /containers/id/archive"]);
  });

  it("fails where the step does, with what it printed and without its secrets", async () => {
    codes = [2];
    const message = await failureOf(gates().datastore(step));
    expect(message).to.match(/^shop\/postgres: making its server ready failed with exit code 2[^]*    psql: wrong\n/);
    expect(message).to.not.include("secret");
  });
});
