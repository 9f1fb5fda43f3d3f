import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "./docker";

/** Runs a command in a container and waits for its end. `env` holds `NAME=value`. */
export const execIn = async ({
  id,
  command,
  env,
}: {
  id: string;
  command: readonly string[];
  env: readonly string[];
}): Promise<{ exitCode: number; output: string }> => {
  const docker = await connect();
  const exec = await docker
    .getContainer(id)
    .exec({ Cmd: [...command], Env: [...env], AttachStdout: true, AttachStderr: true });
  const pieces: Buffer[] = [];
  for await (const piece of await exec.start({})) pieces.push(piece as Buffer);
  for (;;) {
    // The stream can end a moment before the engine has the exit code.
    const { Running, ExitCode } = await exec.inspect();
    if (!Running) return { exitCode: ExitCode ?? -1, output: textOf(Buffer.concat(pieces)) };
    await sleep(20);
  }
};

/** Whether a container runs, how often Docker had to start it again, and the exit code of its last end. */
export const lifeOf = async (id: string): Promise<{ isRunning: boolean; restarts: number; exitCode: number }> => {
  const docker = await connect();
  const { State, RestartCount } = await docker.getContainer(id).inspect();
  return { isRunning: State.Running, restarts: RestartCount, exitCode: State.ExitCode };
};

/** The end of what a container printed. */
export const logOf = async (id: string): Promise<string> => {
  const docker = await connect();
  return textOf(await docker.getContainer(id).logs({ stdout: true, stderr: true, tail: 40 }));
};

/** Without a terminal, Docker puts eight bytes before each piece: which stream it is of, and from the fifth its length. */
export const textOf = (raw: Buffer): string => {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= raw.length;) {
    const end = at + 8 + raw.readUInt32BE(at + 4);
    pieces.push(raw.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(pieces).toString();
};
