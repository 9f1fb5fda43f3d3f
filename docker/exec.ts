import { once } from "node:events";
import { PassThrough, Writable, type Duplex, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import { demultiplex } from "./demultiplex";
import { until } from "./wait";

export type Exec = {
  docker: Docker;
  /** Name or id. */
  container: string;
  command: readonly string[];
  /** `NAME=value`. Secrets go in here: arguments are shown by every list of processes. */
  env?: readonly string[];
  folder?: string;
};

export type Ended = { code: number; stderr: string };
export type Captured = Ended & {
  stdout: string;
  /** Both, in the order in which they came. */
  output: string;
};

/** Runs a command in a container, and returns what it wrote. */
export const execCaptured = async (of: Exec & { input?: Readable }): Promise<Captured> => {
  const [stdout, stderr, output]: [Buffer[], Buffer[], Buffer[]] = [[], [], []];
  const code = await run({ ...of, stdout: into(stdout, output), stderr: into(stderr, output) });
  return { code, stdout: textIn(stdout), stderr: textIn(stderr), output: textIn(output) };
};

const into = (...lists: Buffer[][]): Writable =>
  new Writable({ write: (piece: Buffer, _encoding, done) => (lists.forEach((list) => list.push(piece)), done()) });

const textIn = (pieces: readonly Buffer[]): string => Buffer.concat(pieces).toString();

/** Runs a command in a container with `input` as its standard input; its standard output goes to `stdout`, and ends it. */
export const execInto = async (of: Exec & { input?: Readable; stdout: Writable }): Promise<Ended> => {
  const stderr = new PassThrough();
  const errors = text(stderr);
  const code = await run({ ...of, stderr, whenOver: () => [of.stdout, stderr].forEach((end) => end.end()) });
  return { code, stderr: await errors };
};

/** Runs a command in a container without input and shows what it writes; resolves to its exit code. */
export const execShown = (of: Exec): Promise<number> => run({ ...of, stdout: process.stdout, stderr: process.stderr });

/** Runs a command on our own terminal (or pipes) in a container; resolves to its exit code. */
export const execInForeground = async ({ env = [], ...of }: Exec): Promise<number> => {
  const terminal = Boolean(process.stdin.isTTY && process.stdout.isTTY);
  const withTerm = [...env, ...(terminal ? [`TERM=${process.env.TERM ?? "xterm"}`] : [])];
  const { exec, stream } = await start({ ...of, env: withTerm, stdin: true, terminal });
  if (terminal) await onTerminal({ exec, stream });
  else {
    process.stdin.pipe(stream);
    await demultiplex({ from: stream, stdout: process.stdout, stderr: process.stderr });
    process.stdin.unpipe(stream);
  }
  // Left open, our standard input would keep the process alive.
  process.stdin.destroy();
  return exitCodeOf(exec);
};

type Streams = { input?: Readable | undefined; stdout: Writable; stderr: Writable; whenOver?: () => void };

const run = async ({ input, stdout, stderr, whenOver, ...of }: Exec & Streams): Promise<number> => {
  const { exec, stream } = await start({ ...of, stdin: input !== undefined });
  // A command that ends early closes its side: its exit code counts, not our failed write.
  const fed = input ? pipeline(input, stream as Writable).catch(() => undefined) : undefined;
  await demultiplex({ from: stream, stdout, stderr });
  whenOver?.();
  await fed;
  return exitCodeOf(exec);
};

type Started = { exec: Docker.Exec; stream: Duplex };

const start = async (of: Exec & { stdin: boolean; terminal?: boolean }): Promise<Started> => {
  const { docker, container, command, env = [], folder, stdin, terminal = false } = of;
  const exec = await docker.getContainer(container).exec({
    Cmd: [...command],
    Env: [...env],
    ...(folder !== undefined && { WorkingDir: folder }),
    AttachStdin: stdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: terminal,
  });
  return { exec, stream: await exec.start({ hijack: true, stdin, Tty: terminal }) };
};

const onTerminal = async ({ exec, stream }: Started): Promise<void> => {
  const resize = (): void =>
    void exec.resize({ h: process.stdout.rows, w: process.stdout.columns }).catch(() => undefined);
  resize();
  process.stdout.on("resize", resize);
  process.stdin.setRawMode(true).pipe(stream);
  stream.pipe(process.stdout, { end: false });
  try {
    await once(stream, "end");
  } finally {
    process.stdin.unpipe(stream).setRawMode(false);
    process.stdout.off("resize", resize);
  }
};

/** The stream can end a moment before the engine has the exit code. */
const exitCodeOf = async (exec: Docker.Exec): Promise<number> => {
  const { ExitCode } = await until({
    ask: () => exec.inspect(),
    ends: ({ Running, ExitCode: code }) => !Running && code !== null,
    everyMs: 20,
  });
  return ExitCode as number;
};
