import { expect } from "chai";
import { readFileSync } from "node:fs";
import { dockerfile, OTHERS, rotated, SHIPPED } from "./servers";

describe("the servers of the benchmark", () => {
  it("ship what the image's own command is", () => {
    const command = /^CMD (\[.*\])$/m.exec(readFileSync("services/Dockerfile", "utf8"))?.[1] ?? "";
    expect(SHIPPED.command).to.deep.equal(JSON.parse(command));
  });

  it("have names that tell them apart", () => {
    const names = [SHIPPED, ...OTHERS].map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
  });

  it("take turns in beginning", () => {
    expect([0, 1, 2, 3].map((round) => rotated(["a", "b", "c"], round).join(""))).to.deep.equal([
      "abc",
      "bca",
      "cab",
      "abc",
    ]);
  });

  it("are added to the production image, with pinned versions, never to its Dockerfile", () => {
    const added = dockerfile("fleet/leads:production-1");
    expect(added).to.match(/^FROM fleet\/leads:production-1\n/);
    const packages = [...added.matchAll(/ (\w+)==[\d.]+/g)].map(([, name]) => name);
    expect(packages).to.deep.equal(["granian", "gevent"]);
    const locked =
      readFileSync("services/common.txt", "utf8") + readFileSync("services/leads/requirements/base.txt", "utf8");
    for (const name of packages) expect(locked).to.not.include(name);
  });
});
