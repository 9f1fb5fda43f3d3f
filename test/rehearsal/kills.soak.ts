import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { readJson } from "../../ops/stack/files";
import { commandOf } from "../../ops/terminal/processes";
import { placeOf } from "../../ops/rehearsal/place";
import { lockFolder } from "../../ops/stack/stack";
import { readState } from "../../ops/stack/checkpoint";

const KILLS = Number(process.env["KILLS"] ?? 20);
/** A kill can come too late by chance; that often in a row it is a fault of this test. */
const TRIES = 5;
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
  "secretmanager.secrets": (name) => name,
  "sql.instances": (name) => name,
  "sql.databases": (name) => `projects/${place.project}/instances/${name.replace("/", "/databases/")}`,
  "sql.users": (name) => name.split("/").reverse().join("//"),
};
/** Every instance has it from the beginning, and no stack makes it. */
const FIRST_USER = /^postgres\/\//;

/** Of what Google has, that which nobody in the stack knows, by kind and id. */
const unknownToTheStack = (): string[] => {
  const known = new Set((readState(place.stack)?.resources ?? []).map(({ id }) => id));
  const cloud = readJson<Record<string, Record<string, unknown>>>(`${place.folder}/state.json`) ?? {};
  return Object.entries(IDS).flatMap(([kind, idOf]) => {
    const ids = Object.keys(cloud[kind] ?? {}).map(idOf);
    // Otherwise the rehearsal calls it by another name now, and nothing is compared.
    assert.ok(ids.length > 0, `the rehearsed cloud has no ${kind}`);
    return ids.filter((id) => !known.has(id) && !FIRST_USER.test(id)).map((id) => `${kind} ${id}`);
  });
};

describe("a rehearsal whose update is killed", () => {
  let lockedMs = 0;

  before(async () => {
    removeAll();
    // The images are built and the plugins at hand: what is measured is the update.
    succeeds(rehearse());
    removeAll();
    lockedMs = await lifeOfLock();
  });
  after(() => void removeAll());

  for (let turn = 1; turn <= KILLS; turn++)
    it(`is finished by the next one, with nothing orphaned (${turn} of ${KILLS})`, async () => {
      let afterMs: number;
      let tries = 0;
      do {
        assert.ok(tries++ < TRIES, `${TRIES} updates in a row had ended when they were to be killed`);
        assert.equal(removeAll().status, 0);
        afterMs = Math.random() * lockedMs;
      } while (!(await startAndKill({ afterMs })));
      const { status, stdout, stderr } = rehearse();
      assert.equal(status, 0, `killed after ${afterMs.toFixed(0)} of ${lockedMs} ms\n${stdout}\n${stderr}`);
      assert.deepEqual(readState(place.stack)?.pending, []);
      assert.deepEqual(unknownToTheStack(), []);
      assert.deepEqual(await strayInstances(), []);
      assert.deepEqual(await strayVolumes(), []);
    });
});

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

/** Volumes of Cloud SQL that no instance has. */
const strayVolumes = async (): Promise<string[]> => {
  const cloud = readJson<Record<string, Record<string, unknown>>>(`${place.folder}/state.json`);
  const prefix = `fleet-${place.stack.name}-sql-`;
  const owned = Object.keys(cloud?.["sql.instances"] ?? {}).map((name) => `${prefix}${name}`);
  const { Volumes } = await new Docker().listVolumes({ filters: { name: [`^${prefix}`] } });
  return Volumes.map(({ Name }) => Name).filter((name) => !owned.includes(name.replace(/-(?:data|socket)$/, "")));
};

/** Containers of Cloud Run that no service has traffic for. */
const strayInstances = async (): Promise<string[]> => {
  const cloud = readJson<Record<string, Record<string, { trafficStatuses: { revision: string }[] }>>>(
    `${place.folder}/state.json`,
  );
  const serving = Object.values(cloud?.["run.services"] ?? {}).flatMap(({ trafficStatuses }) =>
    trafficStatuses.map(({ revision }) => revision),
  );
  const found = await new Docker().listContainers({
    all: true,
    filters: { name: [`^/fleet-${place.stack.name}-run-`] },
  });
  return found.flatMap(({ Names }) => {
    const revision = (Names[0] ?? "").replace(/^.*-run-/, "");
    return serving.includes(revision) ? [] : [revision];
  });
};
