import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalPlan } from "../../../../infra/plan/plan";
import { hostFolderProblems, modeProblems } from "../../../../infra/targets/local/mounts";

describe("the checkout's folder on the engine's machine", () => {
  it("may be the same, or another absolute path", () => {
    for (const folder of [undefined, "", "/home/ana/a project"])
      assert.deepEqual(hostFolderProblems({ FLEET_HOST_FOLDER: folder }), []);
  });

  for (const folder of ["C:\\Users\\ana\\fleet", "c:/Users/ana/fleet"])
    it(`is refused on a Windows drive: ${folder} (M14)`, () =>
      assert.match(hostFolderProblems({ FLEET_HOST_FOLDER: folder })[0]?.message ?? "", /cannot be mounted/));
});

describe("the mounted sources", () => {
  let services: string;
  const images = new Map([["shop", { folder: "shop", mountsSource: true }]]) as unknown as LocalPlan["images"];
  const problems = (platform: NodeJS.Platform = "linux") =>
    modeProblems({ plan: { images }, servicesFolder: services, platform });
  const make = (mode: number) => {
    services = mkdtempSync(join(tmpdir(), "it's-"));
    for (const folder of ["shop", "chassis"]) mkdirSync(join(services, folder));
    writeFileSync(join(services, "shop", "manage.py"), "");
    chmodSync(join(services, "shop", "manage.py"), mode & 0o666);
    for (const folder of ["shop", "chassis"]) chmodSync(join(services, folder), mode);
    // As another user than the services' own, whoever runs this test.
    if (process.getuid?.() === 0)
      for (const path of ["shop/manage.py", "shop", "chassis"]) chownSync(join(services, path), 0, 0);
  };
  afterEach(() => rmSync(services, { recursive: true }));

  it("are readable in a common clone", () => {
    make(0o755);
    assert.deepEqual(problems(), []);
  });

  it("are a problem in a clone made under umask 077, and the cure mends it (M19)", function () {
    make(0o700);
    if (statSync(services).uid === 1000) return assert.deepEqual(problems(), []);
    const [problem] = problems();
    assert.match(problem?.message ?? "", /cannot read what is mounted: shop, shop\/manage\.py, chassis/);
    assert.deepEqual(problems("darwin"), []);
    execFileSync("sh", ["-c", (problem?.cure ?? "").replace(/, then run this again$/, "")]);
    assert.deepEqual(problems(), []);
  });
});

describe("a checkout on Windows", () => {
  it("has the line endings of the repository, whatever git is told there (M14)", () => {
    const files = ["fleet", "services/Dockerfile", ".devcontainer/hooks.sh"];
    const listed = execFileSync("git", ["-c", "core.autocrlf=true", "ls-files", "--eol", ...files], {
      encoding: "utf8",
    });
    const attributes = listed.trim().split("\n");
    assert.equal(attributes.length, files.length);
    for (const line of attributes) assert.match(line, /attr\/text=auto eol=lf/);
  });
});
