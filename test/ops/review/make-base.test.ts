import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { placeOf } from "../../../ops/rehearsal/place";
import { projectProblems } from "../../../ops/review/make-base";

describe("the project of a rehearsed review-base", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-review-base-"));
  after(() => rmSync(folder, { recursive: true }));
  const messages = (project: string): string[] =>
    projectProblems({ ...placeOf({ name: "review-base", port: 9410, project }), folder }).map(({ message }) => message);

  it("may be any at first, but a rehearsal's of this clone", () => {
    assert.deepEqual(messages("fleet-my-reviews"), []);
    assert.match(messages("fleet-dev").join(), /that of the rehearsal dev of this clone/);
  });

  it("stays what it is: reviews and data would be left in the former one", () => {
    writeFileSync(path.join(folder, "settings.json"), JSON.stringify({ projectId: "fleet-my-reviews" }));
    assert.deepEqual(messages("fleet-my-reviews"), []);
    assert.match(messages("fleet-others").join(), /is in fleet-my-reviews; allowed: that one/);
  });
});
