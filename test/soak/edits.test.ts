import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { FIRST, RENAMES, sourcesOf, type Model } from "./edits";

/** A soak runs rarely: what it edits is held to the sources of today here. */
describe("the edits of the soak", () => {
  const original = (file: string): string => readFileSync(file, "utf8");
  const models: [name: string, model: Model][] = [
    ["every part in another way", { ...FIRST, reversed: true, volume: true, joins: true }],
    ...(Object.keys(RENAMES) as (keyof typeof RENAMES)[]).map((rename): [string, Model] => [
      `a rename of a ${rename}`,
      { ...FIRST, rename },
    ]),
  ];
  for (const [name, model] of models)
    it(`find the places for ${name}`, () => {
      const changed = Object.entries(sourcesOf(model, original)).filter(([file, text]) => text !== original(file));
      assert.ok(changed.length > 1);
    });
});
