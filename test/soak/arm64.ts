import Docker from "dockerode";
import path from "node:path";
import { execCaptured } from "../../docker/exec";
import { followed } from "../../docker/progress";
import { until } from "../../docker/wait";
import { sourcesFor } from "../../infra/targets/build";
import { makeContext } from "../../infra/targets/context";
import { POSTGIS_DOCKERFILE, POSTGIS_FILES } from "../../infra/targets/local/postgis-build";
import { readyStep } from "../../infra/targets/local/ready";
import { shell } from "../../ops/data/snapshots/engines";

const PLATFORM = "linux/arm64";
/** Official names under this prefix are stand-ins for that platform. */
export const PREFIX = "fleet-offline-arm64/";
const NAME = "fleet-soak-arm64";
/** An emulated program is many times slower, on a machine that may be busy. */
const PATIENCE_MS = 600_000;

const docker = new Docker();

/** Builds a service's production image from the sources and arguments of a stack's build; its name. */
export const buildService = async (folder: string): Promise<string> => {
  const image = { folder, stage: "production" as const, mountsSource: false };
  const servicesFolder = path.resolve("services");
  const { files, buildArgs, hash } = sourcesFor({ image, imagePrefix: PREFIX, servicesFolder, baseId: undefined });
  const { context } = makeContext({ from: servicesFolder, files, name: `${folder}-production-${hash}` });
  const name = `${PREFIX}${folder}:${hash.slice(0, 12)}`;
  await build({ name, context, files: files.map((file) => file.path), target: image.stage, buildargs: buildArgs });
  return name;
};

/** Builds PostGIS on a Postgres of that platform, as a stack does; its name. */
export const buildPostgis = async (base: string): Promise<string> => {
  const name = `${PREFIX}postgis:15`;
  const sources = { context: ".", files: POSTGIS_FILES, dockerfile: POSTGIS_DOCKERFILE };
  await build({ name, ...sources, buildargs: { BASE: PREFIX + base } });
  return name;
};

type Building = {
  name: string;
  context: string;
  files: string[];
  buildargs: Record<string, string>;
  dockerfile?: string;
  target?: string;
};

const build = async ({ name, context, files, ...how }: Building): Promise<void> => {
  const options = { t: name, version: "2" as const, platform: PLATFORM, ...how };
  const stream = await docker.buildImage({ context, src: files }, options);
  await followed(docker, stream);
};

export type Database = { name: string; extensions: string[] };
type Started = { image: string; alias: string; env?: Record<string, string> };

/** Containers of that platform in a network of their own. */
export class Emulated {
  async begin(): Promise<void> {
    await this.end();
    await docker.createNetwork({ Name: NAME });
  }

  async start({ image, alias, env = {} }: Started): Promise<string> {
    const name = `${NAME}-${alias}`;
    const container = await docker.createContainer({
      ...{ name, Image: image, Env: Object.entries(env).map(([variable, value]) => `${variable}=${value}`) },
      // The image's own check, with time for an emulated program to start.
      Healthcheck: { Test: [], Interval: 20e9, Timeout: 120e9, StartPeriod: 300e9 },
      HostConfig: { NetworkMode: NAME, Init: true },
      NetworkingConfig: { EndpointsConfig: { [NAME]: { Aliases: [alias] } } },
    });
    await container.start();
    return name;
  }

  /** Starts a Postgres that is of today's image, and makes it ready as an update does. */
  async startPostgres({ databases, ...of }: Started & { databases: readonly Database[] }): Promise<void> {
    const container = await this.start({ ...of, env: { POSTGRES_PASSWORD: "superuser" } });
    const wanted = databases.map((each) => ({ ...each, user: each.name, password: each.name }));
    const step = readyStep({ engine: "postgis", databases: wanted, superuserPassword: "superuser" } as never);
    // Its first boot takes longer than the minute that the step waits.
    const script = `until pg_isready -q -h 127.0.0.1 -U postgres; do sleep 1; done\n${step.script}`;
    await this.succeeds(container, shell({ script, env: step.secrets }));
  }

  /** Until the image's own health check passes. */
  async healthy(container: string): Promise<void> {
    const state = async () => (await docker.getContainer(container).inspect()).State;
    const well = async (): Promise<boolean> => {
      const { Running, Health } = await state();
      if (!Running) throw new Error(`${container} ended:\n${await this.logs(container)}`);
      return Health?.Status === "healthy";
    };
    if (!(await until({ ask: well, everyMs: 1000, patienceMs: PATIENCE_MS })))
      throw new Error(`${container} is not healthy:\n${await this.logs(container)}`);
  }

  /** What a command in a container printed; it must end with 0. */
  async succeeds(container: string, of: { command: readonly string[]; env?: readonly string[] }): Promise<string> {
    const { code, output, stdout } = await execCaptured({ docker, container, ...of });
    if (code !== 0) throw new Error(`${container}: ${of.command.join(" ")} ended with ${code}:\n${output}`);
    return stdout.trim();
  }

  async logs(container: string): Promise<string> {
    return (await docker.getContainer(container).logs({ stdout: true, stderr: true, tail: 50 })).toString();
  }

  async end(): Promise<void> {
    for (const { Id } of await docker.listContainers({ all: true, filters: { network: [NAME] } }))
      await docker.getContainer(Id).remove({ force: true, v: true });
    for (const { Id } of await docker.listNetworks({ filters: { name: [NAME] } })) await docker.getNetwork(Id).remove();
  }
}
