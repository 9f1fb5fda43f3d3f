import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { clearDeadLocks, decideLock, rememberPlace, viewHere, type Lock } from "../../../ops/stack/locks";
import { pidPlace } from "../../../ops/terminal/processes";
import { lockFolder, type Stack } from "../../../ops/stack/stack";

const lock = (over: Partial<Lock> = {}): Lock => ({
  pid: 4711,
  username: "ana",
  hostname: "laptop",
  timestamp: "2026-11-22T09:52:20.1Z",
  ...over,
});
const here = (commands: Record<number, string>, isPartial = false) => ({
  hostname: "laptop",
  commandOf: (pid: number) => commands[pid],
  isPartial,
});

describe("the decision on a lock", () => {
  it("clears it when its process is gone", () => {
    assert.deepEqual(decideLock(lock(), here({})), {
      clear: "pid 4711 of ana, since 2026-11-22T09:52:20, which is gone",
    });
  });

  it("clears it when its process id belongs to something else now", () => {
    assert.ok("clear" in decideLock(lock(), here({ 4711: "/usr/bin/vim notes" })));
  });

  it("respects a living Pulumi", () => {
    assert.ok("respect" in decideLock(lock(), here({ 4711: "/home/ana/.pulumi/bin/pulumi up" })));
  });

  it("respects another machine, whose processes cannot be seen", () => {
    const decision = decideLock(lock({ hostname: "server" }), here({}));
    assert.match("respect" in decision ? decision.respect : "", /on the machine server/);
  });

  it("respects one whose process cannot be seen because it may be in another container of this host name", () => {
    for (const commands of [{}, { 4711: "/usr/bin/vim notes" }]) {
      const decision = decideLock(lock(), here(commands, true));
      assert.match("respect" in decision ? decision.respect : "", /another container of this host name/);
    }
  });

  it("clears what a kill in the middle of writing left", () => {
    assert.deepEqual(decideLock(undefined, here({})), { clear: "unreadable" });
  });
});

describe("the places where commands of a clone ran", () => {
  const before = process.cwd();
  beforeEach(() => process.chdir(mkdtempSync(path.join(os.tmpdir(), "fleet-places-"))));
  afterEach(() => {
    const folder = process.cwd();
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  it("let a dead process be told only while all of them count ids as this one does", () => {
    const [host, boot] = pidPlace().split(" ");
    for (const place of [pidPlace(), `${host} of-before pid:[1]`, `elsewhere ${boot} pid:[1]`]) {
      rememberPlace(place);
      rememberPlace();
      assert.equal(viewHere().isPartial, false, place);
    }
    rememberPlace(`${host} ${boot} pid:[1]`);
    rememberPlace();
    assert.equal(viewHere().isPartial, true);
  });
});

describe("the lock files of a stack", () => {
  let stack: Stack;
  const write = (name: string, content: Lock): string => {
    const file = path.join(lockFolder(stack), name);
    writeFileSync(`${file}.attrs`, "{}");
    writeFileSync(file, JSON.stringify(content));
    return file;
  };

  beforeEach(() => {
    const backend = mkdtempSync(path.join(os.tmpdir(), "fleet-locks-"));
    stack = { name: "dev", kind: "dev", folder: backend, configFile: "", backend };
    mkdirSync(lockFolder(stack), { recursive: true });
  });
  afterEach(() => rmSync(stack.backend, { recursive: true }));

  it("go when their process is dead, one line each", () => {
    write("dead.json", lock({ hostname: os.hostname(), pid: 2 ** 22 + 1 }));
    const lines: string[] = [];
    assert.deepEqual(clearDeadLocks({ stack, report: (line) => lines.push(line) }), []);
    assert.deepEqual(readdirSync(lockFolder(stack)), []);
    assert.equal(lines.length, 1);
  });

  it("stay when their process lives, with the cure", () => {
    const process = spawn("sleep", ["60"], { argv0: "pulumi" });
    try {
      const living = write("living.json", lock({ hostname: os.hostname(), pid: process.pid ?? 0 }));
      const [problem] = clearDeadLocks({ stack, report: () => assert.fail("nothing is cleared") });
      assert.equal(problem?.path, "stack dev");
      assert.match(problem?.message ?? "", new RegExp(`pid ${process.pid} `));
      assert.match(problem?.cure ?? "", /\.\/fleet pulumi cancel --yes --stack dev/);
      assert.equal(existsSync(living), true);
    } finally {
      process.kill("SIGKILL");
    }
  });
});
