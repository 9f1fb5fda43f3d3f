import { expect } from "chai";
import { table } from "./table";

describe("the benchmark's table", () => {
  const results = [
    { name: "no-op", ours: [3, 1.5, 2], against: "empty program", theirs: [1.5, 1, 1], aim: "ratio up to 1.3" },
    { name: "cold up", ours: [12], against: "docker compose up", theirs: [24] },
  ];

  it("shows medians, ratios and aims in columns", () => {
    expect(table(results).split("\n")).to.deep.equal([
      "MEASURED     OURS  AGAINST             THEIRS  RATIO  AIM",
      "no-op      2.00 s  empty program       1.00 s   2.00  ratio up to 1.3",
      "cold up   12.00 s  docker compose up  24.00 s   0.50",
    ]);
  });

  it("is its header alone when nothing was measured", () => {
    expect(table([])).to.equal("MEASURED  OURS  AGAINST  THEIRS  RATIO  AIM");
  });
});
