import assert from "node:assert/strict";
import { connect } from "../../../docker/connect";
import { stateOf } from "../../../ops/commands/stacks";
import { stacksOf, type StackRow } from "../../../ops/status/stacks";
import { fakeEngine, type FakeEngine } from "../../docker/fake-engine";

const labels = { "dev.fleet.stack": "fleet/elsewhere", "dev.fleet.checkout": "/a/clone" };
const listed = [
  { Id: "web", State: "running", Status: "Up 2 hours (healthy)", Labels: labels },
  { Id: "worker", State: "running", Status: "Up 2 hours", Labels: labels },
  { Id: "migrate", State: "exited", Status: "Exited (0) 2 hours ago", Labels: labels },
];
const volumes = [{ Name: "data", Labels: labels, UsageData: { Size: 3 << 20, RefCount: 1 } }];

describe("the stacks of a machine", () => {
  const host = process.env["DOCKER_HOST"];
  let engine: FakeEngine;
  afterEach(async () => {
    if (host === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = host;
    await engine.close();
  });

  const rowOf = async (usage: object, containers: object[] = listed): Promise<StackRow> => {
    engine = await fakeEngine({
      answer: ({ url = "" }, response) => {
        const policy = url.includes("migrate") ? "no" : "unless-stopped";
        const inspected = { Id: /containers\/(\w+)/.exec(url)?.[1], HostConfig: { RestartPolicy: { Name: policy } } };
        const isUsage = url.startsWith("/system/df?") && /\bverbose=true\b/.test(url);
        const body = isUsage ? usage : url.includes("/json?") ? containers : inspected;
        response.setHeader("content-type", "application/json").end(JSON.stringify(body));
      },
    });
    const row = (await stacksOf(await connect(engine.host))).find(({ name }) => name === "elsewhere");
    assert.ok(row);
    return row;
  };

  it("is running when its jobs are done: they are not missing (M30)", async () => {
    assert.equal(stateOf(await rowOf({ Volumes: volumes })), "running");
  });

  it("tells what has stopped, and the jobs that failed", async () => {
    const [web, , migrate] = listed;
    const worker = { Id: "worker", State: "exited", Status: "Exited (0) 1 hour ago", Labels: labels };
    const failed = { ...migrate, Status: "Exited (1) 1 hour ago" };
    assert.equal(stateOf(await rowOf({ Volumes: volumes }, [web!, worker, failed])), "running (1 of 2), 1 job failed");
  });

  it("reads the size of the data from an engine that tells it in the form of API 1.52 (M8)", async () => {
    assert.equal((await rowOf({ VolumeUsage: { Items: volumes } })).bytes, 3 << 20);
  });
});
