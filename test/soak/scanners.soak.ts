import { expect } from "chai";
import { gitleaks, ignored, pythonScanners, type Finding } from "./scanners";

describe("third-party scanners", function () {
  this.timeout(1_800_000);
  let found: Record<keyof typeof ignored, Finding[]>;
  before(() => {
    found = { gitleaks: gitleaks(), ...pythonScanners() };
  });

  for (const scanner of ["bandit", "checkov", "gitleaks"] as const) {
    const matches = ({ rule, file }: Finding, entry: (typeof ignored)[typeof scanner][number]): boolean =>
      rule === entry.rule && entry.where.test(file);

    it(`${scanner} finds nothing but what is ignored with a reason`, () => {
      const left = found[scanner].filter((finding) => !ignored[scanner].some((entry) => matches(finding, entry)));
      expect(left).to.deep.equal([]);
    });

    it(`${scanner} still finds what is ignored: an entry without a finding is to go`, () => {
      const stale = ignored[scanner].filter((entry) => !found[scanner].some((finding) => matches(finding, entry)));
      expect(stale).to.deep.equal([]);
    });
  }
});
