import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clone } from "../clone";
import { inFleet, writeWhenChanged } from "../../ops/stack/files";

const { privateFolder } = createRequire(import.meta.url)("../../stacks/private-folder.cjs") as {
  privateFolder: (root: string) => string;
};
const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe("the folder of a clone's state and secrets", () => {
  let root: string;
  let umask: number;

  beforeEach(() => {
    umask = process.umask(0o002);
    root = mkdtempSync(join(tmpdir(), "fleet-private-"));
  });
  afterEach(() => {
    process.umask(umask);
    rmSync(root, { recursive: true });
  });

  it("is made so that nobody else can read it", () => {
    expect(modeOf(privateFolder(root))).to.equal("700");
  });

  it("is tightened where it was made looser, and left where it is as tight", () => {
    mkdirSync(join(root, ".fleet"));
    expect(modeOf(join(root, ".fleet"))).to.equal("775");
    expect(modeOf(privateFolder(root))).to.equal("700");
    chmodSync(join(root, ".fleet"), 0o500);
    expect(modeOf(privateFolder(root))).to.equal("500");
  });

  it("is tightened by what compiles the program for every command, and for plain pulumi up", function () {
    this.timeout(60_000);
    const clone = new Clone();
    try {
      expect(modeOf(join(clone.folder, ".fleet"))).to.not.equal("700");
      const compile = `require("./stacks/compile.cjs").compile("stacks/index.ts")`;
      execFileSync(process.execPath, ["-e", compile], { cwd: clone.folder });
      expect(modeOf(join(clone.folder, ".fleet"))).to.equal("700");
    } finally {
      clone.remove();
    }
  });

  it("holds files that nobody else can read, also one that was looser", () => {
    const file = inFleet(`private-${process.pid}.json`);
    try {
      writeFileSync(file, "before", { mode: 0o644 });
      writeWhenChanged(file, "after");
      expect(modeOf(file)).to.equal("600");
    } finally {
      rmSync(file, { force: true });
    }
  });

  it("is the only place where a file's mode changes: one in the tree keeps its own, a new one is private", () => {
    const file = join(root, "Pulumi.dev.yaml");
    writeWhenChanged(file, "new");
    expect(modeOf(file)).to.equal("600");
    chmodSync(file, 0o644);
    writeWhenChanged(file, "changed");
    expect(modeOf(file)).to.equal("644");
  });
});
