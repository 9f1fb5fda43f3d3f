import { expect } from "chai";
import { readdirSync } from "node:fs";
import { loadDocument, type Schema } from "../../rehearsal/discovery/documents";
import { exceptions, nameOf, numberOf } from "../../rehearsal/discovery/enums/numbers";

const listsIn = (schema: Schema): string[] => [
  ...(schema.enum ? [schema.enum.join()] : []),
  ...Object.values(schema.properties ?? {}).flatMap(listsIn),
  ...(schema.items ? listsIn(schema.items) : []),
];

describe("the numbers of enums", () => {
  it("are exceptions of enums that the documents have, as they have them now", () => {
    const lists = readdirSync("rehearsal/discovery/documents").flatMap((file) => {
      const [name = "", version = ""] = file.split(".");
      const { schemas, methods } = loadDocument(name, version);
      return [...Object.values(schemas), ...methods.flatMap(({ parameters }) => Object.values(parameters))].flatMap(
        listsIn,
      );
    });
    const known = new Set(lists);
    for (const { from, numbers } of exceptions()) {
      expect(known.has(Object.keys(numbers).join()), from).to.equal(true);
      expect(new Set(Object.values(numbers)).size, from).to.equal(Object.keys(numbers).length);
    }
  });

  it("count from 0, but for the exceptions", () => {
    const usual = ["STATE_UNSPECIFIED", "ENABLED", "DISABLED", "DESTROYED"];
    expect([numberOf(usual, "DESTROYED"), nameOf(usual, 1), nameOf(usual, 4), nameOf(usual, "1")]).to.deep.equal([
      ...[3, "ENABLED", undefined, undefined],
    ]);
    const tiers = ["TIER_UNSPECIFIED", "BASIC", "STANDARD_HA"];
    expect([numberOf(tiers, "STANDARD_HA"), nameOf(tiers, 2), nameOf(tiers, 3)]).to.deep.equal([
      3,
      undefined,
      "STANDARD_HA",
    ]);
    expect(numberOf(tiers, "constructor")).to.equal(-1);
  });
});
