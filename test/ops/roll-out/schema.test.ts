import { expect } from "chai";
import { reviewApplied } from "../../../infra/targets/review-migrations";

describe("the review of applied migrations", () => {
  it("is the one of every migration, of these alone, and does not begin by itself", () => {
    const script = reviewApplied({ mark: "told ", applied: { default: ["leads.0003_statistics"] } });
    expect(script).to.match(/^def review\(alias, .*applied=None/m);
    expect(script).to.match(/^told = .*leads\.0003_statistics/m);
    expect(script).to.not.include("__main__");
    expect(script.trim().split("\n").at(-1)).to.match(/^print\("told " \+ json\.dumps\(/);
  });
});
