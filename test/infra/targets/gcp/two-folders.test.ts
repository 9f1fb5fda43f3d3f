import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogue } from "../../../../infra/catalogue";
import { everySystem } from "../../example";
import { askedOfGoogle } from "../cloud";

const git = (folder: string, ...args: string[]): string => execFileSync("git", args, { cwd: folder, encoding: "utf8" });

describe("the same commit in two folders", function () {
  this.timeout(60_000);
  const here = process.cwd();
  const other = mkdtempSync(join(tmpdir(), "fleet otra máquina "));
  after(() => rmSync(other, { recursive: true }));
  afterEach(() => process.chdir(here));

  it("asks the same of Google and of the builder, so that the second one's preview changes nothing (M3)", async () => {
    git(here, "clone", "-q", "--shared", here, other);
    // What is being worked on here is there too.
    for (const file of git(here, "diff", "--name-only", "--diff-filter=AM", "HEAD", "--", "services").split("\n"))
      if (file) cpSync(join(here, file), join(other, file));
    git(other, "add", "--all", "services");
    const ours = await askedOfGoogle({ catalogue, settings: everySystem });
    process.chdir(other);
    const theirs = await askedOfGoogle({ catalogue, settings: everySystem, servicesFolder: join(other, "services") });
    expect(theirs.map(({ name }) => name)).to.have.members(ours.map(({ name }) => name));
    for (const { type, name, inputs } of ours) {
      const twin = theirs.find((each) => each.type === type && each.name === name);
      expect(twin?.inputs, `${type} ${name}`).to.deep.equal(inputs);
    }
    expect(JSON.stringify(ours)).to.not.include(here);
  });
});
