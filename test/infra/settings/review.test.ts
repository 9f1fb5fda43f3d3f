import { expect } from "chai";
import { parseSettings } from "../../../infra/settings/parse";

const problemsOf = (stack: string, config: Record<string, string>): string[] =>
  parseSettings({
    ...{ stack, project: "fleet", environment: {} },
    config: {
      "fleet:target": "gcp",
      "gcp:project": "acme-shop",
      "gcp:region": "europe-west1",
      "fleet:alerts": "false",
      ...config,
    },
  }).problems.map(({ path, message, cure }) => `${path}: ${message} | ${cure}`);

describe("the settings of reviews", () => {
  it("are those of a stack that is named as one", () => {
    expect(problemsOf("review-base", { "fleet:reviews": "2" })).to.deep.equal([]);
    expect(problemsOf("pr-12", { "fleet:reviews": "2", "fleet:reviewSlot": "2" })).to.deep.equal([]);
    expect(problemsOf("prod", { "fleet:reviewProject": "acme-reviews" })).to.deep.equal([]);
  });

  const refused: [string, string, Record<string, string>, RegExp][] = [
    [
      "a base that says not how many",
      "review-base",
      {},
      /^fleet:reviews: is missing.*fleet:reviews 2 --stack review-base/,
    ],
    ["a review without its base's settings", "pr-12", {}, /^fleet:reviews: is missing/],
    ["prod as a base", "prod", { "fleet:reviews": "2" }, /^fleet:reviews: .*prod is none.*config rm fleet:reviews/],
    ["prod in a slot", "prod", { "fleet:reviewSlot": "1" }, /^fleet:reviewSlot: is a review's own/],
    ["a review without a slot", "pr-12", { "fleet:reviews": "2" }, /^fleet:reviewSlot: is missing.*review up 12/],
    [
      "a slot that there is not",
      "pr-12",
      { "fleet:reviews": "2", "fleet:reviewSlot": "3" },
      /3 is no slot; allowed: 1 to 2/,
    ],
    ["a number with a nought in front", "pr-012", { "fleet:reviews": "2" }, /^fleet:reviews: .*pr-012 is none/],
    [
      "reviews beside prod",
      "prod",
      { "fleet:reviewProject": "acme-shop" },
      /^fleet:reviewProject: is the project of prod/,
    ],
  ];
  for (const [what, stack, config, says] of refused)
    it(`refuse ${what}`, () => {
      const problems = problemsOf(stack, config);
      expect(problems.join("\n")).to.match(says);
      expect(problems).to.have.lengthOf(1);
    });
});
