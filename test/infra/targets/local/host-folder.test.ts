import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { hostFolderProblems } from "../../../../infra/targets/local/host-folder";

describe("the checkout's folder on the engine's machine", () => {
  it("may be the same, or another absolute path", () => {
    for (const folder of [undefined, "", "/home/ana/a project"])
      assert.deepEqual(hostFolderProblems({ FLEET_HOST_FOLDER: folder }), []);
  });

  for (const folder of ["C:\\Users\\ana\\fleet", "c:/Users/ana/fleet"])
    it(`is refused on a Windows drive: ${folder} (M14)`, () =>
      assert.match(hostFolderProblems({ FLEET_HOST_FOLDER: folder })[0]?.message ?? "", /cannot be mounted/));
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
