import assert from "node:assert/strict";
import { goCure } from "../../offline/go";
import { machineOf } from "../../infra/machine";

const linux = { platform: "linux", kernel: "6.8.0", isRoot: false } as const;

describe("no Go for the stand-ins", () => {
  for (const [what, seen, cure] of [
    ["macOS", { platform: "darwin" }, /: brew install go,/],
    ["Ubuntu", { ...linux, osRelease: "ID=ubuntu\nID_LIKE=debian\n" }, /: sudo apt-get install golang-go,/],
    ["Debian as root", { ...linux, osRelease: "ID=debian\n", isRoot: true }, /: apt-get install golang-go,/],
    ["Fedora", { ...linux, osRelease: "ID=fedora\n" }, /: sudo dnf install golang,/],
    ["any other", { ...linux, osRelease: "ID=arch\n" }, /: go\.dev\/doc\/install,/],
  ] as const)
    it(`on ${what}: the official way, or what to install there`, () => {
      const said = goCure({ isOld: false, machine: machineOf(seen) });
      assert.match(said, /^make Pulumi's downloads reachable .* FLEET_OFFLINE=0 npm start; or/);
      assert.match(said, cure);
      assert.match(goCure({ isOld: true, machine: machineOf(seen) }), /: go\.dev\/doc\/install,/);
    });
});
