import { spawn } from "node:child_process";
import { mkdirSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Writable } from "node:stream";
import { until } from "../../docker/wait";
import { authorized } from "../../rehearsal/access-token";
import type { ServerSettings } from "../../rehearsal/settings";
import { refuseWith } from "../../infra/problems";
import { readJson, writeWhenChanged } from "../stack/files";
import { commandOf, endProcess, runCaptured } from "../terminal/processes";
import type { Report } from "../terminal/phase";
import type { Place } from "./place";

const MAIN = "rehearsal/main.ts";
const PATIENCE_MS = 60_000;

const logOf = ({ folder }: Place): string => path.join(folder, "server.log");
const pidOf = ({ folder }: Place): number | undefined => {
  const found = readJson<{ pid: number }>(path.join(folder, "server.pid.json"))?.pid;
  return found !== undefined && commandOf(found)?.includes(`${MAIN} ${folder}`) ? found : undefined;
};

/** When the server's own code was last changed. */
const newestSource = (): number =>
  Math.max(
    ...readdirSync("rehearsal", { recursive: true, encoding: "utf8" }).map(
      (file) => statSync(path.join("rehearsal", file)).mtimeMs,
    ),
  );

const isFresh = ({ folder }: Place): boolean =>
  readJson<{ sources: number }>(path.join(folder, "server.pid.json"))?.sources === newestSource();

/** Whether a server runs that was asked to stay. */
export const isKept = (place: Place): boolean =>
  pidOf(place) !== undefined && readJson<{ keep?: boolean }>(path.join(place.folder, "server.pid.json"))?.keep === true;

type Starting = { place: Place; settings: ServerSettings; keep: boolean; report: Report };

/**
 * Starts the rehearsed cloud in the background, or leaves the one that runs, unless its code is newer. With `keep` it
 * stays after this process, as one that was asked to stay before does; without, it and its containers end with it.
 */
export const ensureServer = async (of: Starting): Promise<void> => {
  const { place, settings, report } = of;
  const keep = of.keep || isKept(place);
  writeWhenChanged(path.join(place.folder, "settings.json"), `${JSON.stringify(settings, undefined, 2)}\n`);
  if (keep === isKept(place) && isFresh(place) && (await projectAt(place)) === settings.projectId) return;
  await stopServer(place);
  const log = openSync(logOf(place), "a", 0o600);
  const args = ["--import", "tsx", MAIN, place.folder, ...(keep ? [] : ["--attended"])];
  const child = spawn(process.execPath, args, { detached: true, stdio: [keep ? "ignore" : "pipe", log, log] });
  child.unref();
  if (child.stdin) attended.set(place.folder, child.stdin);
  if (child.pid === undefined) throw new Error("the rehearsal's server could not be started");
  writeWhenChanged(
    path.join(place.folder, "server.pid.json"),
    JSON.stringify({ pid: child.pid, sources: newestSource(), keep }),
  );
  await answering({ place, settings, isAlive: () => child.exitCode === null && child.signalCode === null });
  report(
    `a Google Cloud listens on 127.0.0.1:${place.port} (pid ${child.pid}, log ${path.relative("", logOf(place))})`,
  );
};

/** What holds the servers that end with this process, by their folders. */
const attended = new Map<string, Writable>();

/** Ends the server with its containers, unless it was asked to stay; state and data are kept. */
export const endServer = async (place: Place): Promise<void> => {
  attended.get(place.folder)?.end();
  if (attended.delete(place.folder)) await gone(place);
};

const gone = (place: Place): Promise<boolean> =>
  until({ ask: () => pidOf(place) === undefined, everyMs: 100, patienceMs: PATIENCE_MS });

type Started = { place: Place; settings: ServerSettings; isAlive: () => boolean };

const answering = async ({ place, settings, isAlive }: Started): Promise<void> => {
  const answers = async (): Promise<boolean> => (await projectAt(place)) === settings.projectId;
  const last = await until({
    ask: async () => ({ isAlive: isAlive(), answers: await answers() }),
    ends: (now) => now.answers || !now.isAlive,
    everyMs: 100,
    patienceMs: PATIENCE_MS,
  });
  if (last.isAlive && last.answers) return;
  const log = readFileSync(logOf(place), "utf8").trim().split("\n").slice(-5).join("\n    ");
  refuseWith({
    path: "rehearsal",
    message: `its server did not come up on port ${place.port}:\n    ${log}`,
    cure: `free the port, or take another one: ./fleet rehearse --port ${place.port + 1000}`,
  });
};

/** The project of the rehearsal that answers there; undefined when nothing does, or something else. */
const projectAt = async ({ port, folder }: Place): Promise<string | undefined> => {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/_rehearsal/health`, { headers: authorized(folder) });
    return ((await answer.json()) as { project?: { id?: string } }).project?.id;
  } catch {
    return undefined;
  }
};

/** Stops the server; its state and its resources are kept. */
export const stopServer = async (place: Place): Promise<void> => {
  const pid = pidOf(place);
  if (pid === undefined) return;
  endProcess(pid);
  await gone(place);
};

/** Takes away all that the rehearsed cloud made on this machine. */
export const removeCloud = async (place: Place): Promise<void> => {
  await stopServer(place);
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  const args = ["--import", "tsx", MAIN, place.folder, "--remove"];
  const { ok, stdout, stderr } = runCaptured({ command: process.execPath, args });
  process.stdout.write(stdout);
  if (!ok) throw new Error(`not everything could be removed: ${stderr.trim()}`);
};
