import { expect } from "chai";
import { readFileSync } from "node:fs";
import { loadApis } from "../../rehearsal/apis";
import { coverageTable, withTable } from "../../rehearsal/coverage";

describe("the table of what the rehearsal answers", () => {
  it("is true (npx tsx rehearsal/update-coverage.ts writes it anew)", () => {
    const text = readFileSync("rehearsal/README.md", "utf8");
    expect(withTable(text, coverageTable(loadApis()))).to.equal(text);
  });

  it("has every handler among the methods that Google describes, and leaves out what is answered", () => {
    const [run] = loadApis().filter(({ name }) => name === "run");
    const described = run!.documents.flatMap(({ methods }) => methods.map(({ id }) => id));
    expect(described).to.include.members(Object.keys(run!.handlers));
    const answered = "run.projects.locations.services.create";
    const { [answered]: _, ...others } = run!.handlers;
    const [whole, less] = [run!.handlers, others].map((handlers) => coverageTable([{ ...run!, handlers }]));
    expect(whole).to.not.match(/ services\.create/);
    expect(less).to.match(/ services\.create/);
    expect(coverageTable([{ ...run!, handlers: {} }])).to.match(/\| 0 of \d+ \| projects\.\*,/);
  });
});
