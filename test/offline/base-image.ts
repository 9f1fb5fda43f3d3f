import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { imageLabels, imagePrefix, type TestContainer } from "./container";

/** Where the official images are used there may be no stand-in to test. */
export const needs = (image: string): void => {
  before(async function () {
    if ((await imageLabels(image)) === undefined) this.skip();
  });
  if (imagePrefix)
    it("says that it is a stand-in", async () => {
      assert.equal((await imageLabels(image))?.["dev.fleet.stand-in"], "true");
    });
};

/** A folder with files that a container may read whoever it runs as. */
export const withFiles = (files: Record<string, string>): string => {
  const folder = mkdtempSync("/var/tmp/fleet-test-");
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  after(() => rmSync(folder, { recursive: true }));
  return folder;
};

/** Runs a command that must end with 0; what it printed. */
export const succeeds = async (container: TestContainer, ...command: string[]): Promise<string> => {
  const { code, output } = await container.exec(...command);
  assert.equal(code, 0, `${command.join(" ")}: ${output}`);
  return output;
};
