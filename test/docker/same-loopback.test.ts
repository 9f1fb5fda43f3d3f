import { expect } from "chai";
import type { ServerResponse } from "node:http";
import { connect as dial } from "node:net";
import { connect } from "../../docker/connect";
import { sharesLoopback } from "../../docker/same-loopback";
import { requireLoopback } from "../../ops/rehearsal/loopback";
import { fakeEngine, type FakeEngine } from "./fake-engine";

/** An engine that answers the question for an image of a registry, after it has or has not come to it. */
const engineThat = (asks: (port: number, answer: ServerResponse) => void): Promise<FakeEngine> =>
  fakeEngine({
    answer: ({ url }, answer) => {
      const port = /\/distribution\/localhost(?:%3A|:)(\d+)\//.exec(url ?? "")?.[1];
      if (port === undefined) answer.end("OK");
      else asks(Number(port), answer);
    },
  });

const refused = (answer: ServerResponse, status = 500): void => {
  answer.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify({ message: "no" }));
};

/** Comes to the registry, and is told nothing there. */
const comes = (port: number, answer: ServerResponse): void => {
  dial(port, "127.0.0.1").on("close", () => refused(answer));
};

describe("an engine's loopback (M7)", () => {
  const { DOCKER_HOST } = process.env;
  let engine: FakeEngine;
  afterEach(async () => {
    await engine.close();
    if (DOCKER_HOST === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = DOCKER_HOST;
  });

  it("is this machine's where the engine comes to what listens here", async () => {
    engine = await engineThat(comes);
    expect(await sharesLoopback(await connect(engine.host))).to.equal(true);
    await requireLoopback(engine.host);
  });

  it("is another one where it does not come, and a rehearsal is refused with a cure", async () => {
    engine = await engineThat((_, answer) => refused(answer));
    expect(await sharesLoopback(await connect(engine.host))).to.equal(false);
    const error = await requireLoopback(engine.host).catch((thrown: Error) => thrown);
    expect((error as Error).message).to.match(/another loopback than this machine.*\n.*cure: clone and run/s);
  });

  it("is taken for this machine's where the engine cannot be asked, as Podman", async () => {
    engine = await engineThat((_, answer) => refused(answer, 404));
    expect(await sharesLoopback(await connect(engine.host))).to.equal(true);
  });

  it("is not asked for where no engine answers yet: it is started on this machine", async () => {
    engine = await engineThat(comes);
    await requireLoopback("unix:///nowhere/docker.sock");
  });
});
