import { expect } from "chai";
import type Docker from "dockerode";
import { deployPool } from "../../rehearsal/apis/run/deploy-pool";
import { POOLS, REVISIONS } from "../../rehearsal/apis/run/shapes";
import { PROJECT, TestCloud } from "./cloud";

describe("a worker pool whose deployment fails of the machine", () => {
  const cloud = new TestCloud(32254);
  before(() => cloud.open());
  after(() => cloud.remove());

  it("is under way no more, and says why", async () => {
    const { cloud: rehearsed } = cloud.rehearsal;
    const name = `projects/${PROJECT}/locations/europe-west1/workerPools/worker`;
    const revision = `${name}/revisions/worker-1`;
    rehearsed.store.put(REVISIONS, revision, { name: revision, containers: [{}], conditions: [] });
    rehearsed.store.put(POOLS, name, { name, reconciling: true, scaling: {}, latestCreatedRevision: revision });
    const broken = new Proxy({} as Docker, {
      get: () => () => {
        throw new Error("the engine is gone");
      },
    });
    const realise = { ...rehearsed.realise, docker: broken };
    const error = await deployPool({ ...rehearsed, realise, input: { name } }).then(
      () => undefined,
      (thrown: Error) => thrown.message,
    );
    const pool = rehearsed.store.get(POOLS, name)!;
    expect([error, pool["reconciling"]]).to.deep.equal(["the engine is gone", undefined]);
    expect(pool["terminalCondition"]).to.include({ state: "CONDITION_FAILED", message: "the engine is gone" });
  });
});
