import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describeEngine, type EngineInfo } from "../../docker/engine-info";
import { requireDisk } from "../../ops/start/disk";
import { inFleet } from "../../ops/stack/files";
import { Clone } from "../clone";
import { track } from "../track";
import { Machine } from "./machine";
import { say } from "./series";

/** Current engines that can be had where only package registries are reached, by the script that makes each. */
const RECIPES = { "26.1": "trixie.sh", "29": "modules.sh" } as const;

export type EngineName = keyof typeof RECIPES | "own";

/** `own` is the engine of this machine's own package. */
export const ENGINES = ["own", ...Object.keys(RECIPES)] as readonly EngineName[];

const folderOf = (name: EngineName): string => inFleet("soak", "engines", name);

/** A machine with that engine, which is made when it is not there: some minutes. */
export const machineWith = (name: EngineName): Machine => {
  const folder = path.join(folderOf(name), "machine");
  if (name === "own") return new Machine({ folder });
  const dockerd = path.join(folderOf(name), "dockerd");
  if (!existsSync(dockerd)) make(name);
  return new Machine({ folder, dockerd });
};

const make = (name: keyof typeof RECIPES): void => {
  const folder = folderOf(name);
  mkdirSync(folder, { recursive: true });
  const script = path.resolve("test/soak/engines", RECIPES[name]);
  // Below the load of whatever else this machine does.
  const { status } = spawnSync("nice", ["-n", "10", script, folder, path.resolve(".")], { stdio: "inherit" });
  assert.equal(status, 0, `${script} could not make engine ${name}`);
};

/** What the tests gave on one engine; `failures` are their titles. */
export type Result = { engine: string; api: string; passed: number; failed: number; failures: string[]; log: string };

/** Boots a machine with that engine and runs the tests of these files there, in a fresh clone of this project. */
export const testOn = async ({ name, files }: { name: EngineName; files: readonly string[] }): Promise<Result> => {
  const machine = machineWith(name);
  const parent = `/var/tmp/fleet-soak-engine-${name}`;
  const log = path.join(folderOf(name), "tests.log");
  // Less than 5 GiB are a finding of doctor's, which tests ask; the containerd image store keeps each image twice.
  requireDisk({ folder: folderOf(name), neededGiB: 12, what: `all that the tests make on engine ${name}` });
  try {
    await machine.boot();
    await machine.startEngine();
    await machine.bringBaseImages();
    await machine.empty();
    const info = (await machine.docker.info()) as EngineInfo;
    const { ApiVersion: api } = await machine.docker.version();
    const engine = describeEngine(info);
    say(`${engine}: ${files.length} test files; log: ${log}`);
    await runTests({ machine, folder: freshClone(parent), files, log });
    return { engine, api, log, ...countsIn(readFileSync(log, "utf8")) };
  } finally {
    machine.powerOff();
    rmSync(parent, { recursive: true, force: true });
  }
};

/** With this one's Pulumi, which need not be brought or built again. */
const freshClone = (parent: string): string => {
  // What a killed run has left goes with it.
  rmSync(parent, { recursive: true, force: true });
  mkdirSync(parent);
  const { folder } = new Clone({ parent });
  track(folder);
  for (const [file, bring] of [
    ["pulumi", symlinkSync],
    ["setup.json", copyFileSync],
  ] as const)
    if (existsSync(inFleet(file))) bring(inFleet(file), path.join(folder, ".fleet", file));
  return folder;
};

type Running = { machine: Machine; folder: string; files: readonly string[]; log: string };

const runTests = async ({ machine, folder, files, log }: Running): Promise<void> => {
  const child = machine.spawn({ command: [process.execPath, "ops/fleet.cjs", "test", ...files], folder });
  const file = createWriteStream(log);
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (data: Buffer) => {
      file.write(data);
      process.stdout.write(data);
    });
  await once(child, "close");
  await new Promise((closed) => file.end(closed));
};

/** The counts of the closing line, and the titles that mocha numbered as it went. */
export const countsIn = (log: string): Pick<Result, "passed" | "failed" | "failures"> => {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed/m.exec(log) ?? [];
  assert.ok(passed && failed, "the tests ended without a count");
  const [asTheyRan = ""] = log.split(/^ {2}\d+ passing/m);
  const failures = [...asTheyRan.matchAll(/^ {4,}\d+\) (.*)$/gm)].map(([, title = ""]) => title);
  return { passed: Number(passed), failed: Number(failed), failures };
};
