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

  it("shows other units, and leaves out what there is nothing to compare with", () => {
    const others = [
      { name: "image", unit: "MB", ours: [181.81], aim: "up to 190 MB" },
      { name: "requests", unit: "/s", ours: [400, 410], against: "sync", theirs: [200, 205] },
    ] as const;
    expect(table(others).split("\n")).to.deep.equal([
      "MEASURED      OURS  AGAINST  THEIRS  RATIO  AIM",
      "image     181.8 MB                          up to 190 MB",
      "requests    405 /s  sync     203 /s   2.00",
    ]);
  });

  it("is its header alone when nothing was measured", () => {
    expect(table([])).to.equal("MEASURED  OURS  AGAINST  THEIRS  RATIO  AIM");
  });
});
