import { spawn } from "node:child_process";
import { mkdirSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { until } from "../../docker/wait";
import type { ServerSettings } from "../../rehearsal/settings";
import { refuseWith } from "../../infra/problems";
import { readJson, writeWhenChanged } from "../stack/files";
import { commandOf, runCaptured } from "../terminal/processes";
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

/** Starts the rehearsed cloud in the background, or leaves the one that runs, unless its code is newer. */
export const ensureServer = async (of: { place: Place; settings: ServerSettings; report: Report }): Promise<void> => {
  const { place, settings, report } = of;
  writeWhenChanged(path.join(place.folder, "settings.json"), `${JSON.stringify(settings, undefined, 2)}\n`);
  if (pidOf(place) !== undefined && isFresh(place) && (await projectAt(place.port)) === settings.projectId) return;
  await stopServer(place);
  const log = openSync(logOf(place), "a", 0o600);
  const child = spawn(process.execPath, ["--import", "tsx", MAIN, place.folder], {
    detached: true,
    stdio: ["ignore", log, log],
  });
  child.unref();
  if (child.pid === undefined) throw new Error("the rehearsal's server could not be started");
  writeWhenChanged(
    path.join(place.folder, "server.pid.json"),
    JSON.stringify({ pid: child.pid, sources: newestSource() }),
  );
  await answering({ place, settings, isAlive: () => child.exitCode === null && child.signalCode === null });
  report(
    `a Google Cloud listens on 127.0.0.1:${place.port} (pid ${child.pid}, log ${path.relative("", logOf(place))})`,
  );
};

type Started = { place: Place; settings: ServerSettings; isAlive: () => boolean };

const answering = async ({ place, settings, isAlive }: Started): Promise<void> => {
  const answers = async (): Promise<boolean> => (await projectAt(place.port)) === settings.projectId;
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
const projectAt = async (port: number): Promise<string | undefined> => {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/_rehearsal/health`);
    return ((await answer.json()) as { project?: { id?: string } }).project?.id;
  } catch {
    return undefined;
  }
};

/** Stops the server; its state and its resources are kept. */
export const stopServer = async (place: Place): Promise<void> => {
  const pid = pidOf(place);
  if (pid === undefined) return;
  process.kill(pid, "SIGTERM");
  await until({ ask: () => pidOf(place) === undefined, everyMs: 100, patienceMs: PATIENCE_MS });
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
