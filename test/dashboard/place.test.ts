import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { requireRehearsal } from "../../dashboard/cloud/place";
import { committedStack, ownStack } from "../../ops/stack/stack";
import { headerFile } from "../../rehearsal/access-token";
import { PROJECT, TestCloud } from "../rehearsal/cloud";

describe("the cloud that a stack is on", () => {
  const cloud = new TestCloud(31720);
  const fleet = mkdtempSync(path.join(tmpdir(), "fleet-place-"));
  const stack = ownStack({ name: "mine", fleet });
  const folder = path.join(stack.folder, "cloud");
  const begun = (projectId: string): void =>
    writeFileSync(
      path.join(folder, "settings.json"),
      JSON.stringify({ projectId, port: cloud.port, prefix: "fleet-mine", imagePrefix: "", ports: [1, 2] }),
    );

  before(async () => {
    await cloud.open();
    mkdirSync(folder, { recursive: true });
    writeFileSync(stack.configFile, "config:\n  gcp:region: europe-west1\n");
    cpSync(headerFile(cloud.folder), headerFile(folder));
  });
  after(async () => {
    await cloud.close();
    for (const made of [fleet, cloud.folder]) rmSync(made, { recursive: true, force: true });
  });

  it("is Google's own for prod, which the dashboard does not show", async () => {
    await assert.rejects(requireRehearsal(committedStack("prod")), (error: Error) => {
      assert.match(error.message, /stack prod: it runs on Google Cloud, and is no rehearsal/);
      assert.match(error.message, /cure: .*\.\/fleet rehearse --keep, then: \.\/fleet dashboard --stack rehearsal/);
      return true;
    });
  });

  it("is the rehearsed one at the port of its settings", async () => {
    begun(PROJECT);
    const { project, region, url, prefix } = await requireRehearsal(stack);
    assert.deepEqual([project, region, prefix], [PROJECT, "europe-west1", "fleet-mine"]);
    assert.equal(url, cloud.rehearsal.cloud.url);
  });

  it("does not run where another project, or nobody, answers", async () => {
    const refused = {
      name: "ProblemsError",
      message: /its rehearsed cloud does not run.*\n.*\.\/fleet rehearse --keep --stack mine --port 31720, then/s,
    };
    begun("another-project");
    await assert.rejects(requireRehearsal(stack), refused);
    begun(PROJECT);
    await cloud.close();
    await assert.rejects(requireRehearsal(stack), refused);
  });
});
