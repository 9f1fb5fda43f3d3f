import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { FAST } from "../../ops/commands/tests";
import { addService, copyOfProject, NAME } from "../seventh-service";

/** What docs/services.md promises: a new service is a folder, a file and its name in the index, and every test passes. */
describe("a seventh service", function () {
  this.timeout("20m");
  let folder = "";
  const inCopy = (command: string, args: readonly string[]) =>
    spawnSync(command, args, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 });

  before(() => {
    folder = copyOfProject();
    addService(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("changes no file of the project but the catalogue's index", () => {
    const changed = inCopy("git", ["status", "--porcelain", "--untracked-files=normal"]).stdout.trimEnd().split("\n");
    const elsewhere = changed.filter((line) => !line.startsWith(`A  services/${NAME}/`));
    expect(elsewhere).to.have.members([" M infra/catalogue/index.ts", `?? infra/catalogue/${NAME}.ts`]);
    expect(changed.length).to.be.greaterThan(elsewhere.length);
  });

  it("has the right types", () => {
    const { status, stdout } = inCopy(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit"]);
    expect(status, stdout).to.equal(0);
  });

  it("passes every test that needs no engine and no network", () => {
    const { status, stdout, stderr } = inCopy(process.execPath, [
      ...["--import", "tsx", "node_modules/mocha/bin/mocha.js", "--timeout", "120s", "--reporter", "dot"],
      ...FAST,
      "test/**/*.test.ts",
    ]);
    const report = /\d+ failing[^]*/.exec(stdout)?.[0] ?? `${stdout}\n${stderr}`.slice(-8000);
    expect(status, report).to.equal(0);
    expect(Number(/(\d+) passing/.exec(stdout)?.[1]), report).to.be.greaterThan(500);
  });
});
