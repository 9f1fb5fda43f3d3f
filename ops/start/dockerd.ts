import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { until } from "../../docker/wait";
import { refuseWith } from "../../infra/problems";
import { commandOf, runCaptured } from "../terminal/processes";
import { aptInstall, canInstall } from "./apt";
import type { Report } from "../terminal/phase";

const LOG = "/var/log/dockerd.log";
const BINARIES = ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"];
const PID_FILES = { dockerd: "/var/run/docker.pid", containerd: "/var/run/docker/containerd/containerd.pid" };
/**
 * An engine gives its containers their own time to end, a datastore a minute: before it stops, and, where it was killed,
 * before its successor answers.
 */
const START_TIMEOUT_S = 150;
const STOP_TIMEOUT_S = 90;

/** Root can start an engine that is installed, and on Debian and its kin install it too. */
export const canStartEngine = (): boolean =>
  process.platform === "linux" && process.getuid?.() === 0 && (dockerd() !== undefined || canInstall());

type Starting = { report: Report; answers: () => Promise<boolean> };

/** Installs docker.io when no engine is there, starts it and waits until it answers. Its containers come back with it. */
export const startEngine = async ({ report, answers }: Starting): Promise<void> => {
  if (!dockerd()) await install(report);
  await leaving({ answers, report });
  // Its package may have started it.
  if (await answers()) return;
  if (existsSync("/run/systemd/system")) {
    report("starting the Docker engine with systemd");
    runCaptured({ command: "systemctl", args: ["enable", "--now", "docker"] });
  } else {
    report(`starting the Docker engine (log: ${LOG})`);
    startByHand();
  }
  await waitFor({ answers, report });
};

const install = async (report: Report): Promise<void> => {
  report("Docker is not installed: installing docker.io with apt-get");
  await aptInstall({ name: "docker.io", what: "Docker engine", report });
};

/** A session of its own: it has to outlive this command and its Ctrl-C. */
const startByHand = (): void => {
  removeStalePids();
  const log = openSync(LOG, "a");
  spawn(dockerd() ?? "dockerd", [], { detached: true, stdio: ["ignore", log, log] }).unref();
};

/** After a reboot the id in a pid file can belong to anything, and dockerd then refuses to start. */
const removeStalePids = (): void => {
  for (const [name, file] of Object.entries(PID_FILES))
    if (existsSync(file) && !isAliveIn(file, name)) rmSync(file, { force: true });
};

const isAliveIn = (file: string, name: string): boolean => {
  const [program = ""] = ((existsSync(file) && commandOf(Number(readFileSync(file, "utf8")))) || "").split(" ");
  return path.basename(program) === name;
};

/**
 * Waits until an engine that runs without answering has ended, or answers: it may be stopping, and a second one beside it
 * refuses to start.
 */
export const leaving = async (of: Starting & { pidFile?: string }): Promise<void> => {
  const { answers, report, pidFile = PID_FILES.dockerd } = of;
  const isThere = (): boolean => isAliveIn(pidFile, "dockerd");
  if (!isThere()) return;
  report("an engine runs and does not answer: it may be stopping; waiting for its end");
  await until({ ask: async () => !isThere() || (await answers()), everyMs: 200, patienceMs: STOP_TIMEOUT_S * 1000 });
};

const waitFor = async ({ answers, report }: { answers: () => Promise<boolean>; report: Report }): Promise<void> => {
  if (await until({ ask: answers, everyMs: 500, patienceMs: START_TIMEOUT_S * 1000 }))
    return report("the Docker engine answers");
  refuseWith({
    path: "Docker engine",
    message: `it did not answer within ${START_TIMEOUT_S} s of its start; the end of its log:\n${lastLines()}`,
    cure: `read ${LOG}; inside a container an engine needs --privileged; then run this again`,
  });
};

const lastLines = (): string =>
  existsSync(LOG)
    ? readFileSync(LOG, "utf8")
        .trimEnd()
        .split("\n")
        .slice(-5)
        .map((line) => `      ${line}`)
        .join("\n")
    : "      (none)";

const dockerd = (): string | undefined => BINARIES.find((file) => existsSync(file));
