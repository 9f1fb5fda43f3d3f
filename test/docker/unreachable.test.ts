import assert from "node:assert/strict";
import { engineProblem } from "../../docker/unreachable";
import { machineOf } from "../../infra/machine";

const failing = (code: string): NodeJS.ErrnoException => Object.assign(new Error(`connect ${code}`), { code });
const SOCKET = "unix:///var/run/docker.sock";

describe("no Docker engine", () => {
  it("because of permissions: the group is the cure", () => {
    const { message, cure } = engineProblem({ error: failing("EACCES"), host: SOCKET, user: "ana" });
    assert.match(message, /ana has no permission/);
    assert.match(cure, /usermod -aG docker ana && newgrp docker/);
  });

  it("because another user's engine lets only that user in: the group would not help", () => {
    const host = "unix:///run/user/1000/docker.sock";
    const { message, cure } = engineProblem({ error: failing("EACCES"), host, user: "ana" });
    assert.match(message, /ana has no permission/);
    assert.doesNotMatch(cure, /usermod/);
  });

  const linux = { platform: "linux", kernel: "6.8.0", osRelease: "ID=debian\n", isRoot: false } as const;
  const wsl = { ...linux, kernel: "5.15.153.1-microsoft-standard-WSL2", osRelease: "ID=ubuntu\nID_LIKE=debian\n" };
  for (const [what, seen, cure] of [
    ["Debian", linux, /^install .*: sudo apt-get install docker\.io; then sudo systemctl enable --now docker$/],
    ["Fedora", { ...linux, osRelease: 'NAME="Fedora Linux"\nID=fedora\n' }, /: sudo dnf install moby-engine; /],
    ["RHEL", { ...linux, osRelease: 'ID="rhel"\nID_LIKE="fedora"\n' }, /docs\.docker\.com/],
    ["WSL", wsl, /Docker Desktop on Windows .*, or .*sudo apt-get install docker\.io; then sudo service docker start$/],
    ["macOS", { platform: "darwin" }, /Docker Desktop, OrbStack or colima/],
    ["Windows", { platform: "win32" }, /inside WSL/],
  ] as const) {
    it(`because none is there on ${what}: what to install`, () => {
      const problem = engineProblem({ error: failing("ENOENT"), host: SOCKET, machine: machineOf(seen) });
      assert.match(problem.message, /no Docker engine answers \(ENOENT\)/);
      assert.match(problem.cure, cure);
    });
  }

  it("where root on Linux could have one started: ./fleet start, unless that is what asks", () => {
    const machine = machineOf({ ...linux, isRoot: true });
    const of = { error: failing("ECONNREFUSED"), host: SOCKET, machine } as const;
    assert.doesNotMatch(engineProblem(of).cure, /sudo/);
    assert.match(engineProblem(of).cure, /^\.\/fleet start, .*; or install/);
    assert.match(engineProblem({ ...of, hasTriedToStart: true }).cure, /^install/);
    assert.match(engineProblem({ ...of, machine: machineOf(linux) }).cure, /^install/);
    assert.match(engineProblem({ ...of, machine: machineOf({ platform: "darwin" }) }).cure, /^install/);
  });

  it("because DOCKER_HOST names one that does not answer: that one", () => {
    const { path: where, cure } = engineProblem({ error: failing("ECONNREFUSED"), host: "tcp://10.0.0.9:2375" });
    assert.match(where, /tcp:\/\/10\.0\.0\.9:2375/);
    assert.match(cure, /DOCKER_HOST=unix:/);
  });

  it("that works: one that answers with an error is not called absent", () => {
    const error = Object.assign(new Error("server error: disk full"), { statusCode: 500 });
    const { message } = engineProblem({ error, host: SOCKET });
    assert.equal(message, "it answers with an error: server error: disk full");
  });
});
