import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, engineHost, listEverything, type Inventory } from "../../ops/engine";
import { readJson } from "../../ops/files";
import { servicesOf } from "../../ops/health";
import { readState, type State } from "../../ops/state";
import { lockFolder, stackOf } from "../../ops/stack";

const stack = stackOf("kills");
const KILLS = 10;
const startArgs = ["ops/fleet.cjs", "start", "--stack", stack.name, "--config", "fleet:portOffset=19000"];

const fleet = (args: string[]) => spawnSync(process.execPath, args, { encoding: "utf8" });
const down = (...more: string[]) => fleet(["ops/fleet.cjs", "down", "--stack", stack.name, ...more]);

describe("an update whose CLI is killed", () => {
  let coldUpMs = 0;

  before(() => {
    const made = fleet(startArgs);
    assert.equal(made.status, 0, made.stdout + made.stderr);
    assert.equal(down().status, 0);
    const began = Date.now();
    assert.equal(fleet(startArgs).status, 0);
    coldUpMs = Date.now() - began;
  });
  after(() => down("--remove-data-of", stack.name));

  for (let moment = 0; moment < KILLS; moment++) {
    it(`converges with the next start (moment ${moment + 1} of ${KILLS})`, async () => {
      assert.equal(down().status, 0);
      await startAndKill({ afterMs: (coldUpMs * (moment + 0.3)) / KILLS });

      const next = fleet(startArgs);
      assert.equal(next.status, 0, `${next.stdout}\n${next.stderr}`);
      await assertWhole();
    });
  }

  const assertWhole = async (): Promise<void> => {
    const state = readState(stack);
    assert.ok(state && servicesOf(state).length > 0);
    assert.deepEqual(state.pending, []);
    assert.deepEqual(existsSync(lockFolder(stack)) ? readdirSync(lockFolder(stack)) : [], []);
    assert.deepEqual(unknownTo(state, await listEverything(await connect(engineHost()))), []);
  };
});

/** Starts, and kills the CLI that many milliseconds after it took the stack's lock; its pid is in there. */
const startAndKill = async ({ afterMs }: { afterMs: number }): Promise<void> => {
  const start = spawn(process.execPath, startArgs, { stdio: "ignore" });
  const ended = once(start, "exit");
  const pid = await pidInLock(start);
  await Promise.race([sleep(afterMs), ended]);
  // The update may have been quicker than planned.
  if (start.exitCode === null && pid) process.kill(pid, "SIGKILL");
  await ended;
};

const pidInLock = async (start: ChildProcess): Promise<number | undefined> => {
  while (start.exitCode === null) {
    const [file] = existsSync(lockFolder(stack))
      ? readdirSync(lockFolder(stack)).filter((name) => name.endsWith(".json"))
      : [];
    const pid = file && readJson<{ pid: number }>(path.join(lockFolder(stack), file))?.pid;
    if (pid) return pid;
    await sleep(20);
  }
  return undefined;
};

/** Containers and networks that carry the stack's label and are orphans. */
const unknownTo = ({ resources }: State, { containers, networks }: Inventory): string[] => {
  const known = new Set(resources.map(({ id }) => id));
  return [...containers, ...networks]
    .filter(({ id, labels }) => labels["dev.fleet.stack"] === `fleet/${stack.name}` && !known.has(id))
    .map(({ name }) => name);
};
