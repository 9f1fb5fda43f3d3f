import assert from "node:assert/strict";
import { inCloud } from "../../dashboard/cloud/parts";
import type { Facts } from "../../dashboard/cloud/messages";
import type { Part } from "../../dashboard/messages";

const RESOURCE = "mine-leads-clear-sessions";
const part = { id: "leads/clear-sessions", kind: "scheduled", status: "gone" } as Part;
const nothing = { items: [] };
const seen = (executions: object[]): Facts =>
  ({
    ...{ services: nothing, pools: nothing, sql: nothing, redis: nothing },
    jobs: { items: [{ name: RESOURCE, executions }] },
  }) as unknown as Facts;

describe("a scheduled job on a cloud", () => {
  it("is seen among the jobs, and has never run at first", () => {
    const { status, detail } = inCloud({ part, resource: RESOURCE, facts: seen([]) });
    assert.deepEqual([status, detail], ["idle", "never run"]);
  });

  it("is what its last run was", () => {
    const facts = seen([{ state: { mood: "bad", word: "failed", message: "exit code 1" } }]);
    assert.equal(inCloud({ part, resource: RESOURCE, facts }).status, "failed");
  });
});
