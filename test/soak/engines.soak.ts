import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { ENGINES, testOn, type EngineName, type Result } from "./engines";
import { say } from "./series";

/** The tests that need an engine, but those of stand-ins for base images: an engine cannot tell them from official ones. */
const FILES = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((file) => /^e2e\/[^/]+\.test\.ts$|\.engine\.test\.ts$/.test(file) && !file.startsWith("offline/images/"))
  .map((file) => `test/${file}`)
  .sort();

const files = process.env.FILES?.split(" ") ?? FILES;
const engines = (process.env.ENGINES?.split(" ") ?? ENGINES) as readonly EngineName[];

/**
 * The tests that need Docker pass on every engine that can be had here. `ENGINES` ("26.1 29") and `FILES` choose some of
 * them.
 */
describe("the tests that need an engine pass", function () {
  this.timeout(0);
  const results: Result[] = [];
  after(() => {
    console.table(results.map(({ engine, api, passed, failed }) => ({ engine, api, passed, failed })));
    for (const { engine, failures } of results) for (const title of failures) say(`${engine}: ${title}`);
  });

  for (const name of engines)
    it(`on engine ${name}`, async () => {
      const result = await testOn({ name, files });
      results.push(result);
      assert.deepEqual(result.failures, [], `the whole log: ${result.log}`);
      assert.equal(result.failed, 0);
    });
});
