import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Gets a line about what is under way. */
export type Report = (line: string) => void;

export type Command = {
  command: string;
  args: string[];
  cwd?: string;
  env?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Gets every line that the command writes. */
  onLine?: (line: string) => void;
};

/** Lines of a failed command or build that its error shows. */
export const SHOWN_LINES = 20;

/** Runs a command to its end. A failure says how it ended and shows its last lines. */
export const run = async ({ command, args, cwd, env, signal, onLine }: Command): Promise<void> => {
  signal?.throwIfAborted();
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    // A group of its own, so that what it started ends with it.
    detached: true,
    ...(cwd && { cwd }),
  });
  const kill = (): void => killGroup(child.pid);
  process.once("exit", kill);
  signal?.addEventListener("abort", kill, { once: true });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      onLine?.(line);
      last.push(line);
      if (last.length > SHOWN_LINES) last.shift();
    });
  try {
    const ending = await new Promise<string>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, killedBy) => resolve(killedBy ?? String(code)));
    });
    signal?.throwIfAborted();
    if (ending !== "0") throw new Error([`${command} ${args.join(" ")} ended with ${ending}:`, ...last].join("\n    "));
  } finally {
    process.off("exit", kill);
    signal?.removeEventListener("abort", kill);
  }
};

const killGroup = (pid: number | undefined): void => {
  try {
    if (pid) process.kill(-pid);
  } catch {
    // It has ended by itself.
  }
};
