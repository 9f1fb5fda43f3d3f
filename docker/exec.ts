import { once } from "node:events";
import { PassThrough, type Duplex, type Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { demultiplex } from "./demultiplex";

export type Exec = {
  docker: Docker;
  /** Name or id. */
  container: string;
  command: readonly string[];
  env?: readonly string[];
  folder?: string;
};

/** Runs a command in a container and returns what it wrote. */
export const execQuietly = async (of: Exec & { input?: Readable }): Promise<Ended & { stdout: string }> => {
  const stdout = new PassThrough();
  const [ended, text] = await Promise.all([execInto({ ...of, stdout }), textOf(stdout)]);
  return { ...ended, stdout: text };
};

export type Ended = { code: number; stderr: string };

/** Runs a command in a container, `input` on its standard input, its standard output into `stdout`, which ends with it. */
export const execInto = async ({
  docker,
  container,
  command,
  env = [],
  folder,
  input,
  stdout,
}: Exec & { input?: Readable; stdout: Writable }): Promise<Ended> => {
  const exec = await docker.getContainer(container).exec({
    Cmd: [...command],
    Env: [...env],
    ...(folder !== undefined && { WorkingDir: folder }),
    AttachStdin: input !== undefined,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: input !== undefined });
  const stderr = new PassThrough();
  const errors = textOf(stderr);
  // A command that ends early closes its side: its exit code tells, not our write.
  const fed = input ? pipeline(input, stream as Writable).catch(() => undefined) : undefined;
  await demultiplex({ from: stream, stdout, stderr });
  stderr.end();
  stdout.end();
  await fed;
  return { code: await exitCodeOf(exec), stderr: await errors };
};

/** Runs a command in a container without input and shows what it writes; resolves to its exit code. */
export const execShown = async ({ docker, container, command, env = [], folder }: Exec): Promise<number> => {
  const exec = await docker.getContainer(container).exec({
    Cmd: [...command],
    Env: [...env],
    ...(folder !== undefined && { WorkingDir: folder }),
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: false });
  await demultiplex({ from: stream, stdout: process.stdout, stderr: process.stderr });
  return exitCodeOf(exec);
};

/** Runs a command on our own terminal (or pipes) in a container; resolves to its exit code. */
export const execInForeground = async ({ docker, container, command, env = [], folder }: Exec): Promise<number> => {
  const terminal = Boolean(process.stdin.isTTY && process.stdout.isTTY);
  const exec = await docker.getContainer(container).exec({
    Cmd: [...command],
    Env: [...env, ...(terminal ? [`TERM=${process.env.TERM ?? "xterm"}`] : [])],
    ...(folder !== undefined && { WorkingDir: folder }),
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: terminal,
  });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: terminal });
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

const onTerminal = async ({ exec, stream }: { exec: Docker.Exec; stream: Duplex }): Promise<void> => {
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
  for (;;) {
    const { Running, ExitCode } = await exec.inspect();
    if (!Running && ExitCode !== null) return ExitCode;
    await sleep(20);
  }
};

const textOf = async (stream: Readable): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
};
