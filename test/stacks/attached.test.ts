import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attach, policyProblems } from "../../stacks/attached";

describe("the policy pack beside the program", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "fleet-attached-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const prod = { stack: "prod", target: "gcp" } as const;
  const problems = (plan: Parameters<typeof policyProblems>[0], host: number): string[] =>
    policyProblems(plan, { folder, host }).map(({ message, cure }) => `${message}; ${cure}`);

  it("lets a cloud stack run once the pack runs under the same host", () => {
    attach({ folder, host: 7 });
    expect(problems(prod, 7)).to.deep.equal([]);
  });

  it("refuses a cloud stack without it, and under another host than its own", () => {
    attach({ folder, host: 7 });
    expect(problems(prod, 8)).to.have.length(1);
    expect(problems(prod, 8)[0])
      .to.include("runs without the policy pack")
      .and.include("./fleet pulumi up --stack prod");
  });

  it("refuses what a pack left behind that has ended, and the next pack removes it", () => {
    const { pid } = spawnSync("true");
    writeFileSync(join(folder, "7"), String(pid));
    expect(problems(prod, 7)).to.have.length(1);
    attach({ folder, host: 8 });
    expect(existsSync(join(folder, "7"))).to.equal(false);
  });

  it("asks nothing of a laptop's stack", () => {
    expect(problems({ stack: "dev", target: "local" }, 7)).to.deep.equal([]);
  });
});
