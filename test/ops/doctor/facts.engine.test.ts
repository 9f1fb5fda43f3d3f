import assert from "node:assert/strict";
import { gatherFacts } from "../../../ops/doctor/facts";
import { stackOf } from "../../../ops/stack/stack";

describe("the facts that the doctor looks at", () => {
  it("are gathered from this machine and from the engine that answers", async () => {
    const facts = await gatherFacts(stackOf("dev"));
    assert.ok(!("error" in facts.engine), "an engine answers");
    assert.match(facts.engine.apiVersion, /^1\.\d+$/);
    assert.ok(Math.abs(facts.engine.aheadSeconds) < 60);
    assert.ok(facts.disks.every(({ freeGiB }) => freeGiB > 0));
    assert.deepEqual(facts.passphrase, []);
    assert.match(facts.engine.info.ServerVersion ?? "", /^\d+\./);
    assert.deepEqual([facts.context, facts.variables, facts.checkout, facts.engine.addresses], [[], [], [], []]);
  });
});
