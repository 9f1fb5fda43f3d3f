import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inFleet } from "../../../ops/stack/files";
import { pidPlace, startOf } from "../../../ops/terminal/processes";
import { clearDead, exclusively, ownerOf } from "../../../ops/stack/exclusive";

const WORKER = path.resolve("test/ops/stack/exclusive-worker.ts");

describe("work that only one command does at a time", () => {
  const what = `test-${process.pid}`;
  const file = inFleet(`${what}.pid`);
  let folder: string;
  let log: string;
  let workers: ChildProcess[];

  beforeEach(() => {
    mkdirSync(inFleet(), { recursive: true });
    folder = mkdtempSync(path.join(os.tmpdir(), "fleet-exclusive-"));
    log = path.join(folder, "log");
    workers = [];
  });
  afterEach(() => {
    workers.forEach((worker) => worker.kill("SIGKILL"));
    rmSync(folder, { recursive: true });
    for (const name of readdirSync(inFleet()).filter((each) => each.startsWith(`${what}.`))) rmSync(inFleet(name));
  });

  const work = ({ ms, command = WORKER }: { ms: number; command?: string }): ChildProcess => {
    const worker = spawn(process.execPath, ["--import=tsx", command, what, log, String(ms)], { stdio: "inherit" });
    workers.push(worker);
    return worker;
  };
  const noted = (): string[] => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
  const begun = async (): Promise<void> => {
    while (noted().length === 0) await sleep(20);
  };
  const write = (owner: { pid: number; started: string | undefined; place?: string }): void =>
    writeFileSync(file, JSON.stringify(owner));
  /** Does the work here; what it was told while it waited, and what the worker had noted when its turn came. */
  const workHere = async () => {
    const told: string[] = [];
    const before = await exclusively({ report: (line) => told.push(line), what, work: () => Promise.resolve(noted()) });
    return { told, before };
  };

  it("waits for a living command, by whatever name that was called", async () => {
    const link = path.join(folder, "fleet");
    symlinkSync(WORKER, link);
    const worker = work({ ms: 800, command: link });
    await begun();
    const { told, before } = await workHere();
    assert.deepEqual(before, ["begins", "ends"]);
    assert.deepEqual(told, [`another command (pid ${worker.pid}) is at the same work (${what}); waiting for it`]);
  });

  it("begins at once where a command was killed", async () => {
    const worker = work({ ms: 60_000 });
    await begun();
    worker.kill("SIGKILL");
    await once(worker, "exit");
    assert.deepEqual(await workHere(), { told: [], before: ["begins"] });
  });

  it("begins at once where another process has the killed one's id", async () => {
    write({ pid: process.ppid, started: "long ago" });
    assert.deepEqual((await workHere()).told, []);
  });

  it("begins at once where a command was killed while it cleared the file of another", async () => {
    const { pid } = spawnSync("true");
    write({ pid, started: "long ago" });
    writeFileSync(`${file}.clearing`, readFileSync(file));
    assert.deepEqual((await workHere()).told, []);
  });

  it("waits for a command whose process is counted in another container: it cannot be seen, and may be alive", () => {
    const [host, boot] = pidPlace().split(" ");
    write({ pid: spawnSync("true").pid, started: "long ago", place: [host, boot, "pid:[1]"].join(" ") });
    clearDead(what);
    assert.ok(existsSync(file));
    assert.notEqual(ownerOf(what), undefined);
    write({ pid: spawnSync("true").pid, started: "long ago", place: [host, "before", "pid:[1]"].join(" ") });
    assert.equal(ownerOf(what), undefined, "this machine was started again since");
  });

  it("is done one after the other by commands that find the same dead one", async () => {
    write({ pid: process.ppid, started: "long ago" });
    await Promise.all(Array.from({ length: 4 }, () => once(work({ ms: 50 }), "exit")));
    assert.deepEqual(noted(), Array.from({ length: 4 }, () => ["begins", "ends"]).flat());
  });

  it("is not taken from whoever took it since another command saw a dead one there", () => {
    write({ pid: process.ppid, started: startOf(process.ppid) });
    clearDead(what);
    assert.equal(ownerOf(what), process.ppid);
  });
});
