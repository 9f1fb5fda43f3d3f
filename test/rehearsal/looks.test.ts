import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { LOOKS } from "../../rehearsal/looks";
import { TestCloud } from "./cloud";

describe("a request that only looks", () => {
  const cloud = new TestCloud(31730);
  const ask = async (method: string, headers: object): Promise<number> => {
    const url = `${cloud.rehearsal.cloud.url}/run/v2/projects/fleet-rehearsal/locations/europe-west1/services`;
    const body = method === "GET" ? null : "{}";
    return (await fetch(url, { method, headers: { ...cloud.headers, ...headers }, body })).status;
  };
  before(async () => {
    await cloud.open();
    cloud.enable("run");
  });
  after(async () => {
    await cloud.close();
    rmSync(cloud.folder, { recursive: true, force: true });
  });

  it("is in no report and uses up no fault, unlike one that asks, and one that changes something", async () => {
    const { report, cloud: rehearsed } = cloud.rehearsal;
    rehearsed.faults.add({ kind: "error", at: "run.*.list", times: 1, status: 503 });
    assert.equal(await ask("GET", LOOKS), 200);
    assert.deepEqual([report.entries().length, rehearsed.faults.pending().length], [0, 1]);
    assert.equal(await ask("POST", LOOKS), 400);
    assert.equal(report.entries().length, 1);
    assert.equal(await ask("GET", {}), 503);
    assert.deepEqual([report.entries().length, rehearsed.faults.pending().length], [2, 0]);
  });
});
