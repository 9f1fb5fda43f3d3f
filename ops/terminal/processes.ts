import { spawn, spawnSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import os from "node:os";

type Command = { command: string; args: string[]; env?: NodeJS.ProcessEnv };
type WithInput = Command & { stdin: "ignore" | "inherit" };
type InFolder = Command & { cwd?: string };
type Reported = Command & { report: (line: string) => void };
type Captured = { ok: boolean; stdout: string; stderr: string };

type Killable = { kill: (signal: NodeJS.Signals) => void };

/** The commands that have the terminal now: signals are for the last one. Some run side by side, and end in any order. */
const foreground: Killable[] = [];

const toForeground = (command: Killable): { leave: () => void } => {
  foreground.push(command);
  const leave = (): void => {
    const at = foreground.indexOf(command);
    if (at >= 0) foreground.splice(at, 1);
  };
  return { leave };
};

let interrupted = false;

/** True once the person pressed Ctrl-C (or somebody sent SIGTERM or SIGHUP). */
export const wasInterrupted = (): boolean => interrupted;

/** Hands signals on to the command in the foreground, once, and waits for it; with none running, ends with `message`. */
export const handleSignals = (message: string): void => {
  let last = 0;
  const handle = (signal: NodeJS.Signals): void => {
    interrupted = true;
    const front = foreground.at(-1);
    if (!front) {
      process.stderr.write(`\n${message}\n`);
      process.exit(130);
    }
    // npm repeats a Ctrl-C that the terminal already delivered, and a second one makes Pulumi drop what it is doing.
    if (Date.now() - last < 1000) return;
    last = Date.now();
    front.kill(signal === "SIGHUP" ? "SIGINT" : signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, handle);
};

/**
 * Runs a command on our own terminal and resolves to its exit code. It gets a session of its own: a Ctrl-C would
 * otherwise reach it twice, from the terminal and from us.
 */
export const runInForeground = ({ command, args, env, stdin }: WithInput): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: env ?? process.env,
      stdio: [stdin, "inherit", "inherit"],
      detached: true,
    });
    const { leave } = toForeground({ kill: (signal) => void child.kill(signal) });
    const resize = (): boolean => child.kill("SIGWINCH");
    process.on("SIGWINCH", resize);
    const done = (): void => {
      leave();
      process.off("SIGWINCH", resize);
    };
    child.on("error", (error) => (done(), reject(error)));
    child.on(
      "exit",
      (code, signal) => (done(), resolve(code ?? 128 + (signal === "SIGINT" ? 2 : signal === "SIGTERM" ? 15 : 9))),
    );
  });

type Foreground<T> = { kill: (signal: NodeJS.Signals) => void; work: () => Promise<T> };

/** Does work that signals are handed to instead of ending us, as for a command in a container; it may hold more such. */
export const inForeground = async <T>({ kill, work }: Foreground<T>): Promise<T> => {
  const { leave } = toForeground({ kill });
  try {
    return await work();
  } finally {
    leave();
  }
};

/** Runs a command to its end and returns what it wrote; for work that takes moments or shows nothing. */
export const runCaptured = ({ command, args, env, cwd }: InFolder): Captured => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 64 << 20,
    env: env ?? process.env,
    ...(cwd && { cwd }),
  });
  return { ok: status === 0, stdout: stdout ?? "", stderr: error ? error.message : stderr };
};

/** Runs a command and reports every line it writes. True when it succeeded. */
export const runWithLines = ({ command, args, env, report }: Reported): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { env: env ?? process.env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split(/\r?\n|\r/);
        rest = lines.pop() ?? "";
        lines.filter((line) => line.trim()).forEach(report);
      });
    }
    child.on("error", (error) => (report(error.message), resolve(false)));
    child.on("close", (code) => resolve(code === 0));
  });

export type Running = { pid: number; parent: number; command: string; folder: string | undefined };

/** The process with this id, or `undefined` when there is none. */
export const processOf = (pid: number): Running | undefined =>
  process.platform === "linux" ? fromProc(pid) : fromPs(pid);

/** When the process with this id began, as a text that is good only to compare; `undefined` when there is none. */
export const startOf = (pid: number): string | undefined =>
  process.platform === "linux" ? startFromProc(pid) : startFromPs(pid);

/**
 * Where this process's id is counted: the machine's name, its boot and the namespace. A process of another container has
 * an id of its own there, and cannot be seen from here; both may have the same host name.
 */
export const pidPlace = (): string =>
  [os.hostname(), readText("/proc/sys/kernel/random/boot_id"), linkOf("/proc/self/ns/pid") ?? ""].join(" ");

/** Whether a process that is counted at another place may run although it cannot be seen: not before this machine's last boot. */
export const isOutOfSight = (place: string, here = pidPlace()): boolean => {
  const [host, boot, namespace] = place.split(" ");
  const [ownHost, ownBoot, ownNamespace] = here.split(" ");
  return host !== ownHost || (boot === ownBoot && namespace !== ownNamespace);
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
};

/** Asks a process to end; one that has ended meanwhile is what was wanted. */
export const endProcess = (pid: number): void => {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
};

/** The command of this process id; `undefined` when there is no such process. */
export const commandOf = (pid: number): string | undefined => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process is alive although it cannot be looked at: it may be Pulumi.
    return (error as NodeJS.ErrnoException).code === "EPERM" ? (processOf(pid)?.command ?? "pulumi?") : undefined;
  }
  return processOf(pid)?.command;
};

/** Every process that can be seen; empty where there is no /proc. */
export const allProcesses = (): Running[] =>
  process.platform === "linux"
    ? readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name) => fromProc(Number(name)) ?? [])
    : [];

const fromProc = (pid: number): Running | undefined => {
  try {
    const folder = `/proc/${pid}`;
    const { state, parent } = statOf(pid);
    if (state === "Z") return undefined;
    const command = readFileSync(`${folder}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    // A folder of the same name in another container is another folder.
    const isHere = linkOf(`${folder}/ns/mnt`) === linkOf("/proc/self/ns/mnt");
    return { pid, parent: Number(parent), command, folder: isHere ? linkOf(`${folder}/cwd`) : undefined };
  } catch {
    return undefined;
  }
};

/** In ticks since the machine started. */
const startFromProc = (pid: number): string | undefined => {
  try {
    const { state, started } = statOf(pid);
    return state === "Z" ? undefined : started;
  } catch {
    return undefined;
  }
};

/** Fields 3, 4 and 22 of proc(5)'s stat; the second is a name in parentheses that can hold anything. */
const statOf = (pid: number): { state: string; parent: string; started: string } => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return { state: fields[0] ?? "", parent: fields[1] ?? "", started: fields[19] ?? "" };
};

const linkOf = (link: string): string | undefined => {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
};

const fromPs = (pid: number): Running | undefined => {
  const { ok, stdout } = runCaptured({ command: "ps", args: ["-o", "ppid=,command=", "-p", String(pid)] });
  const match = /^\s*(\d+)\s+(.*)$/m.exec(stdout);
  return ok && match ? { pid, parent: Number(match[1]), command: match[2] ?? "", folder: undefined } : undefined;
};

/** A second's precision; the same words whatever the shell's language and time zone. */
const startFromPs = (pid: number): string | undefined => {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const { ok, stdout } = runCaptured({ command: "ps", args: ["-o", "lstart=", "-p", String(pid)], env });
  return (ok && stdout.trim()) || undefined;
};
