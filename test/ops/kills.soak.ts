import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, engineHost } from "../../docker/connect";
import { listEverything, type Inventory } from "../../docker/inventory";
import { readJson } from "../../ops/stack/files";
import { servicesOf } from "../../ops/stack/health";
import { commandOf } from "../../ops/terminal/processes";
import { readState, type State } from "../../ops/stack/checkpoint";
import { lockFolder, stackOf } from "../../ops/stack/stack";
import { databaseRoutes, NOBODY } from "../e2e/routes";

const stack = stackOf("kills");
const KILLS = 10;
const startArgs = ["ops/fleet.cjs", "start", "--stack", stack.name, "--config", "fleet:portOffset=19000"];

const fleet = (args: string[]) => spawnSync(process.execPath, args, { encoding: "utf8" });
const removeAll = () => fleet(["ops/fleet.cjs", "down", "--stack", stack.name, "--remove-data-of", stack.name]);

const succeeds = ({ status, stdout, stderr }: ReturnType<typeof fleet>): void =>
  assert.equal(status, 0, `${stdout}\n${stderr}`);

/** Nothing of the stack is left before each, so the kills hit first boots and first migrations too. */
describe("an update whose CLI is killed", () => {
  let updateMs = 0;
  const landed: string[] = [];

  before(async () => {
    // The images are built and the plugins at hand: what is measured is the update.
    succeeds(fleet(startArgs));
    succeeds(removeAll());
    updateMs = await timeUpdate();
  });
  after(() => void removeAll());

  for (let moment = 0; moment < KILLS; moment++) {
    it(`converges with the next start (moment ${moment + 1} of ${KILLS})`, async () => {
      succeeds(removeAll());
      const afterMs = Math.round((updateMs * (moment + 0.5)) / KILLS);
      const endedMs = await startAndKill(afterMs);
      if (endedMs === undefined) landed.push(`${afterMs} of ${updateMs} ms`);
      // The machine had less to do than when it was measured: the moments that follow come sooner.
      else updateMs = endedMs;

      const next = fleet(startArgs);
      assert.equal(next.status, 0, `killed after ${afterMs} of ${updateMs} ms\n${next.stdout}\n${next.stderr}`);
      await assertWhole();
    });
  }

  it("was killed at nearly every moment", () => {
    process.stdout.write(`      ${landed.length} of ${KILLS} kills landed, after ${landed.join(", ")}\n`);
    assert.ok(landed.length >= KILLS - 2);
  });

  const assertWhole = async (): Promise<void> => {
    const state = readState(stack);
    assert.ok(state);
    assert.deepEqual(state.pending, []);
    assert.deepEqual(existsSync(lockFolder(stack)) ? readdirSync(lockFolder(stack)) : [], []);
    assert.deepEqual(unknownTo(state, await listEverything(await connect(engineHost()))), []);
    const routes = databaseRoutes(servicesOf(state));
    assert.ok(routes.length > 0);
    for (const { url } of routes) {
      const answer = await fetch(url, { headers: NOBODY });
      // Refused, after a look into the table of tokens; or open to all.
      assert.ok(answer.status < 500, `${url.href} answers ${answer.status}: ${await answer.text()}`);
    }
  };
});

/** How long the CLI works on a cold update, from the moment it holds the stack's lock. */
const timeUpdate = async (): Promise<number> => {
  const start = spawn(process.execPath, startArgs, { stdio: "ignore" });
  const ended = once(start, "exit");
  const pid = await updateOf(start);
  assert.ok(pid, NO_LOCK);
  const began = Date.now();
  while (commandOf(pid)) await sleep(20);
  const took = Date.now() - began;
  await ended;
  assert.equal(start.exitCode, 0);
  return took;
};

/** Starts, and kills the CLI that many milliseconds after it took the stack's lock; where it had ended before, when. */
const startAndKill = async (afterMs: number): Promise<number | undefined> => {
  const start = spawn(process.execPath, startArgs, { stdio: "ignore" });
  const ended = once(start, "exit");
  const pid = await updateOf(start);
  assert.ok(pid, NO_LOCK);
  const began = Date.now();
  while (commandOf(pid) && Date.now() - began < afterMs) await sleep(20);
  const tookMs = Date.now() - began;
  const isAtWork = commandOf(pid) !== undefined;
  if (isAtWork) process.kill(pid, "SIGKILL");
  await ended;
  return isAtWork ? undefined : tookMs;
};

const NO_LOCK = "the update never took the stack's lock";

/** The process id of the CLI once it holds the lock for `pulumi up`; undefined when the start ended before. */
const updateOf = async (start: ChildProcess): Promise<number | undefined> => {
  while (start.exitCode === null) {
    const [file] = existsSync(lockFolder(stack))
      ? readdirSync(lockFolder(stack)).filter((name) => name.endsWith(".json"))
      : [];
    const pid = file && readJson<{ pid: number }>(path.join(lockFolder(stack), file))?.pid;
    if (pid && commandOf(pid)?.includes(" up ")) return pid;
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
