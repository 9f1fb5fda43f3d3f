import { randomUUID } from "node:crypto";
import path from "node:path";
import { PassThrough } from "node:stream";
import Docker from "dockerode";
import { standInImagePrefix } from "../../offline/index";

const docker = new Docker();

/** The images under test; the official ones must pass too: FLEET_IMAGE_PREFIX= (empty) tests them. */
export const imagePrefix = process.env.FLEET_IMAGE_PREFIX ?? standInImagePrefix;

export const imageLabels = async (image: string): Promise<Record<string, string> | undefined> => {
  try {
    return (await docker.getImage(imagePrefix + image).inspect()).Config.Labels ?? {};
  } catch {
    return undefined;
  }
};

export type Ran = { code: number; output: string };

/** A throw-away container, with what a test asks of it. */
export type TestContainer = {
  name: string;
  exec: (...command: string[]) => Promise<Ran>;
  /** Until the command succeeds, or the time is up. */
  until: (...command: string[]) => Promise<void>;
  /** What it has written so far. */
  logs: () => Promise<string>;
  /** Its exit code, when it has ended by itself. */
  exited: () => Promise<number>;
  /** As the engine stops it; the exit code. */
  stop: () => Promise<number>;
  start: () => Promise<void>;
  address: () => Promise<string>;
};

type Options = {
  image: string;
  env?: Record<string, string>;
  command?: string[];
  /** Host path to path in the container, read-only. */
  files?: Record<string, string>;
  /** Volume to path in the container; they are the test's to remove. */
  volumes?: Record<string, string>;
  /** With Docker's own process 1, as a stack's containers have it. */
  init?: boolean;
};

const created: Docker.Container[] = [];

export const start = async ({
  image,
  env = {},
  command,
  files = {},
  volumes = {},
  init = false,
}: Options): Promise<TestContainer> => {
  const name = `fleet-test-${randomUUID().slice(0, 8)}`;
  const container = await docker.createContainer({
    name,
    Image: imagePrefix + image,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(command && { Cmd: command }),
    HostConfig: {
      Init: init,
      Binds: [
        ...Object.entries(files).map(([from, to]) => `${path.resolve(from)}:${to}:ro`),
        ...Object.entries(volumes).map(([volume, to]) => `${volume}:${to}`),
      ],
    },
  });
  created.push(container);
  await container.start();
  return { name, ...using(container) };
};

/** Removes every container of this file, with its volumes. */
export const removeAll = async (): Promise<void> => {
  await Promise.all(created.splice(0).map((container) => container.remove({ force: true, v: true })));
};

const using = (container: Docker.Container): Omit<TestContainer, "name"> => {
  const exec = (...command: string[]): Promise<Ran> => run(container, command);
  return {
    exec,
    until: async (...command) => {
      const end = Date.now() + 60_000;
      for (let ran = await exec(...command); ran.code !== 0; ran = await exec(...command)) {
        if (Date.now() > end) throw new Error(`${command.join(" ")} still fails: ${ran.output}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    logs: async () => (await container.logs({ stdout: true, stderr: true })).toString("utf8"),
    exited: async () => ((await container.wait()) as { StatusCode: number }).StatusCode,
    stop: async () => {
      await container.stop({ t: 10 });
      return (await container.inspect()).State.ExitCode;
    },
    start: () => container.start(),
    address: async () => Object.values((await container.inspect()).NetworkSettings.Networks)[0]?.IPAddress ?? "",
  };
};

const run = async (container: Docker.Container, command: string[]): Promise<Ran> => {
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const both = new PassThrough();
  docker.modem.demuxStream(stream, both, both);
  stream.on("close", () => both.end());
  let output = "";
  for await (const chunk of both) output += String(chunk);
  return { code: (await exec.inspect()).ExitCode ?? -1, output: output.trim() };
};
