import { expect } from "chai";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ProblemsError } from "../../../infra/problems";
import { contentHash } from "../../../infra/targets/content";
import { makeContext } from "../../../infra/targets/context";
import { readTracked, readUntracked } from "../../../infra/targets/tracked";
import { track } from "../../track";

/** Names that hold secrets or data, and names that a deny-list took for such. */
const SECRETS = [".aws/credentials", "dump.sql", ".pgpass", ".npmrc", ".kube/config", "terraform.tfstate", "keys.json"];
const SOURCES = ["leads/logs/models.py", "leads/docs/views.py", "leads/fixtures/one.json", "leads/key.pem"];

describe("what an image holds", () => {
  let folder: string;
  const write = (file: string, text = file): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const paths = (): string[] => readTracked(folder).map(({ path }) => path);
  const hash = (): string => contentHash({ folder, files: readTracked(folder) });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fleet-tracked-"));
    for (const file of SOURCES) write(file);
    track(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is what git tracks, whatever its name", () => {
    expect(paths()).to.have.members(SOURCES);
  });

  it("is nothing that git does not track, ignored or not, and its hash is blind to that", () => {
    const before = hash();
    write(".gitignore", "*.sql\n");
    for (const file of SECRETS) write(`leads/${file}`);
    expect(paths()).to.have.members(SOURCES);
    expect(hash()).to.equal(before);
    expect(readUntracked(folder)).to.include("leads/.pgpass").and.not.include("leads/dump.sql");
  });

  it("is the text of the disk, with a mode of git's, and without what was deleted", () => {
    const before = hash();
    chmodSync(join(folder, "leads/key.pem"), 0o777);
    expect(hash()).to.equal(before);
    execFileSync("git", ["update-index", "--chmod=+x", "leads/key.pem"], { cwd: folder });
    expect(hash()).to.not.equal(before);
    write("leads/docs/views.py", "changed");
    rmSync(join(folder, "leads/key.pem"));
    expect(paths()).to.not.include("leads/key.pem");
    expect(hash()).to.not.equal(before);
  });

  it("follows no link out of it", () => {
    rmSync(join(folder, "leads/key.pem"));
    symlinkSync("/etc/hostname", join(folder, "leads/key.pem"));
    const { context } = makeContext({ from: folder, files: readTracked(folder), name: `test-${process.pid}-link` });
    expect(readlinkSync(join(context, "leads/key.pem"))).to.equal("/etc/hostname");
    rmSync(context, { recursive: true });
  });

  it("has a submodule's files", () => {
    const sub = join(folder, "adopted");
    mkdirSync(sub);
    writeFileSync(join(sub, "manage.py"), "");
    track(sub);
    const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    execFileSync("git", [...author, "commit", "--quiet", "--message", "one"], { cwd: sub });
    execFileSync("git", ["add", "adopted"], { cwd: folder, stdio: "ignore" });
    writeFileSync(join(sub, "secret"), "");
    expect(paths()).to.have.members([...SOURCES, "adopted/manage.py"]);
  });

  it("is copied to the build alone, readable by an image's user whatever the umask is", () => {
    const umask = process.umask(0o077);
    write("leads/late.py");
    track(folder);
    write("leads/untracked.py");
    const { context, isNew } = makeContext({ from: folder, files: readTracked(folder), name: `test-${process.pid}` });
    process.umask(umask);
    expect(isNew).to.equal(true);
    expect(readdirSync(join(context, "leads")))
      .to.include("late.py")
      .and.not.include("untracked.py");
    expect(statSync(join(context, "leads/late.py")).mode & 0o777).to.equal(0o644);
    expect(statSync(join(context, "leads")).mode & 0o777).to.equal(0o755);
    expect(makeContext({ from: folder, files: [], name: `test-${process.pid}` }).isNew).to.equal(false);
    rmSync(context, { recursive: true });
  });

  it("cannot be told where git does not know the folder", () => {
    rmSync(join(folder, ".git"), { recursive: true });
    expect(() => readTracked(folder)).to.throw(ProblemsError, /git cannot say[^]*cure: [^]*git init/);
  });
});
