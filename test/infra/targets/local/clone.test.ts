import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ProblemsError } from "../../../../infra/problems";
import { cloneFile, knownClone, thisClone } from "../../../../infra/targets/local/clone";

describe("a clone", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "fleet-clone-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("gets a random id, once, which no other user of the machine can read", () => {
    const { id } = thisClone(root);
    expect(id).to.match(/^[0-9a-f]{16}$/);
    expect(thisClone(root).id).to.equal(id);
    expect(statSync(cloneFile(root)).mode & 0o777).to.equal(0o600);
    expect(statSync(dirname(cloneFile(root))).mode & 0o777).to.equal(0o700);
  });

  it("is looked at without one being made", () => {
    expect(knownClone(root)).to.deep.equal({ id: "", folders: [], adopted: {} });
    expect(() => statSync(cloneFile(root))).to.throw(/ENOENT/);
  });

  it("is known by no folder where it has had an id from its start", () => {
    mkdirSync(join(root, ".fleet", "stacks", "rehearsal"), { recursive: true });
    expect(thisClone(root).folders).to.deep.equal([]);
    mkdirSync(join(root, ".fleet", "state", ".pulumi"), { recursive: true });
    expect(thisClone(root).folders).to.deep.equal([]);
  });

  for (const folder of ["state/.pulumi", "stacks/mine/state/.pulumi"])
    it(`is known by its folder too where it has a stack (${folder}) of before there were ids`, () => {
      mkdirSync(join(root, ".fleet", folder), { recursive: true });
      expect(knownClone(root).folders).to.deep.equal([root]);
      expect(thisClone(root).folders).to.deep.equal([root]);
      expect(JSON.parse(readFileSync(cloneFile(root), "utf8"))).to.deep.include({ folders: [root] });
    });

  for (const text of ["", "{", "{}"])
    it(`never takes a new id by itself where its file is damaged (${JSON.stringify(text)})`, () => {
      mkdirSync(dirname(cloneFile(root)));
      writeFileSync(cloneFile(root), text);
      expect(() => thisClone(root)).to.throw(ProblemsError, /is damaged.*\n.*cure: rm /);
    });
});
