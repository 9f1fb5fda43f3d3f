import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import fc from "fast-check";
import { readJson } from "../../ops/stack/files";
import { commandOf } from "../../ops/terminal/processes";
import { placeOf } from "../../ops/rehearsal/place";
import { lockFolder } from "../../ops/stack/stack";
import { readState } from "../../ops/stack/checkpoint";
import { closeSeries, runSeries, say, tableOf, type Row } from "../soak/series";

const KILLS = Number(process.env["KILLS"] ?? 20);
const place = placeOf({ name: "rkills", port: 32610 });
const args = ["--stack", place.stack.name, "--port", String(place.port)];
const command = ["ops/fleet.cjs", "rehearse", ...args, "--config", "fleet:alerts=false"];

const rehearse = () => spawnSync(process.execPath, command, { encoding: "utf8" });
const removeAll = () => spawnSync(process.execPath, [...command, "--destroy"], { encoding: "utf8" });

const succeeds = ({ status, stdout, stderr }: ReturnType<typeof rehearse>): void =>
  assert.equal(status, 0, `${stdout}\n${stderr}`);

/** What the plugin calls that which Google has, by kind: an id is the full name, but for parts of an SQL instance. */
const IDS: Record<string, (name: string) => string> = {
  "artifactregistry.repositories": (name) => name,
  "iam.serviceAccounts": (name) => name,
  "run.jobs": (name) => name,
  "run.services": (name) => name,
  "run.workerPools": (name) => name,
  "redis.instances": (name) => name,
  "secretmanager.secrets": (name) => name,
  "sql.instances": (name) => name,
  "sql.databases": (name) => `projects/${place.project}/instances/${name.replace("/", "/databases/")}`,
  "sql.users": (name) => name.split("/").reverse().join("//"),
};
/** Every instance has them from the beginning, and no stack makes them: its first user, and the engine's own databases. */
const OWN = /^(postgres|root)\/|\/databases\/(postgres|information_schema|mysql|performance_schema|sys)$/;

/** Of what Google has, that which nobody in the stack knows, by kind and id. */
const unknownToTheStack = (): string[] => {
  const known = new Set((readState(place.stack)?.resources ?? []).map(({ id }) => id));
  const cloud = readJson<Record<string, Record<string, unknown>>>(`${place.folder}/state.json`) ?? {};
  return Object.entries(IDS).flatMap(([kind, idOf]) => {
    const ids = Object.keys(cloud[kind] ?? {}).map(idOf);
    // Otherwise the rehearsal calls it by another name now, and nothing is compared.
    assert.ok(ids.length > 0, `the rehearsed cloud has no ${kind}`);
    return ids.filter((id) => !known.has(id) && !OWN.test(id)).map((id) => `${kind} ${id}`);
  });
};

describe("a rehearsal of every system whose update is killed", () => {
  it(`is finished by the next one, with nothing orphaned (${KILLS} kills)`, async function () {
    this.timeout(0);
    removeAll();
    // The images are built and the plugins at hand: what is measured is the update.
    succeeds(rehearse());
    removeAll();
    const lockedMs = await lifeOfLock();
    const entries = await runSeries({
      name: "rehearsal-kills",
      // Most numbers that a double can be lie near 0.
      cases: fc.integer({ min: 0, max: 980 }).map((permille) => permille / 1000),
      count: KILLS,
      describe: (share) => `killed after ${Math.round(share * lockedMs)} of ${lockedMs} ms`,
      run: (share) => killed(share * lockedMs),
      afterFailure: () => Promise.resolve(),
    });
    removeAll();
    say(`kills of a rehearsal of every system\n${tableOf(entries, { key: "what" })}`);
    closeSeries(entries, { count: KILLS });
  });
});

const killed = async (afterMs: number): Promise<Row> => {
  assert.equal(removeAll().status, 0);
  // One that had ended before it was to be killed is a kill after the end.
  const wasAtWork = await startAndKill({ afterMs });
  const made = readState(place.stack)?.resources.length ?? 0;
  const { status, stdout, stderr } = rehearse();
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  assert.deepEqual(readState(place.stack)?.pending, []);
  assert.deepEqual(unknownToTheStack(), []);
  assert.deepEqual(await strayInstances(), []);
  assert.deepEqual(await strayVolumes(), []);
  return { what: wasAtWork ? "killed at work" : "had ended", resources: made, "sum orphans": 0 };
};

/** The process of the update, from the stack's lock; making the stack takes the lock as well, for a moment. */
const updatePid = (): number | undefined => {
  const folder = lockFolder(place.stack);
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  const pids = files.flatMap((file) => readJson<{ pid: number }>(path.join(folder, file))?.pid ?? []);
  return pids.find((pid) => / up /.test(commandOf(pid) ?? ""));
};

const untilLocked = async (child: ChildProcess): Promise<number | undefined> => {
  for (; child.exitCode === null; await sleep(20)) {
    const pid = updatePid();
    if (pid !== undefined) return pid;
  }
  return undefined;
};

/** How long a whole update holds the stack's lock; the walk after it does not. */
const lifeOfLock = async (): Promise<number> => {
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const said = text(child.stdout);
  await untilLocked(child);
  const began = Date.now();
  while (updatePid() !== undefined) await sleep(20);
  const ms = Date.now() - began;
  assert.deepEqual(await ended, [0, null], await said);
  return ms;
};

/** Starts, and kills Pulumi that many milliseconds after it took the lock. False when it was done before. */
const startAndKill = async ({ afterMs }: { afterMs: number }): Promise<boolean> => {
  const child = spawn(process.execPath, command, { stdio: "ignore" });
  const ended = once(child, "exit");
  const pid = await untilLocked(child);
  await Promise.race([sleep(afterMs), ended]);
  const isAtWork = pid !== undefined && updatePid() === pid;
  if (isAtWork) process.kill(pid, "SIGKILL");
  const [code] = (await ended) as [number | null];
  return isAtWork && code !== 0;
};

/** Volumes of Cloud SQL and Memorystore that no instance has. */
const strayVolumes = async (): Promise<string[]> => {
  const cloud = readJson<Record<string, Record<string, unknown>>>(`${place.folder}/state.json`);
  const ownedBy = (product: string): string[] =>
    Object.keys(cloud?.[`${product}.instances`] ?? {}).map(
      (name) => `fleet-${place.stack.name}-${product}-${name.split("/").pop()}`,
    );
  // The links to all sockets are in one.
  const owned = [...ownedBy("sql"), ...ownedBy("redis"), `fleet-${place.stack.name}-sql`];
  const { Volumes } = await new Docker().listVolumes({
    filters: { name: [`^fleet-${place.stack.name}-(sql|redis)-`] },
  });
  return Volumes.map(({ Name }) => Name).filter((name) => !owned.includes(name.replace(/-(?:data|socket|links)$/, "")));
};

type Serving = {
  trafficStatuses?: { revision: string }[];
  instanceSplitStatuses?: { revision: string }[];
};

/** Containers of Cloud Run that neither a service has traffic for nor a worker pool instances. */
const strayInstances = async (): Promise<string[]> => {
  const cloud = readJson<Record<string, Record<string, Serving>>>(`${place.folder}/state.json`);
  const serving = ["run.services", "run.workerPools"]
    .flatMap((kind) => Object.values(cloud?.[kind] ?? {}))
    .flatMap(({ trafficStatuses = [], instanceSplitStatuses = [] }) => [...trafficStatuses, ...instanceSplitStatuses])
    .map(({ revision }) => revision);
  const found = await new Docker().listContainers({
    all: true,
    filters: { name: [`^/fleet-${place.stack.name}-run-`] },
  });
  return found.flatMap(({ Names }) => {
    const revision = (Names[0] ?? "").replace(/^.*-run-/, "").replace(/\.\d+$/, "");
    return serving.includes(revision) ? [] : [revision];
  });
};
