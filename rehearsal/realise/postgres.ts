import type Docker from "dockerode";
import { execCaptured } from "../../docker/exec";
import { ignoring, UNDER_WAY } from "../../docker/refusals";
import { until } from "../../docker/wait";
import { imageReference } from "../../infra/targets/base-image";
import { datastoreImage } from "../../infra/targets/local/images";
import type { Realise } from "../realise";
import * as containers from "./containers";
import { keepAlive } from "./instance";
import { createRoles } from "./postgres-sql";

/** A Cloud SQL instance, as far as this machine makes it real. */
export type PostgresSpec = {
  /** The instance's name, without project and region. */
  instance: string;
  /** "15" */
  version: string;
  /** The server's settings. */
  flags: Record<string, string>;
  cpus: number;
  memoryMb: number;
  /** The password of the server's only superuser; on Google only Google has it. */
  adminPassword: string;
};

/** Google's own superuser; postgres and every user made through the API have less. */
const ADMIN = "cloudsqladmin";
const SOCKET_FOLDER = "/var/run/postgresql";
const READY_SECONDS = 120;
const GRACE_SECONDS = 20;

/**
 * Makes the server run as it is asked for, on the data that it has. It has no network: as through Cloud SQL's connector,
 * its socket is the only way to it, and the socket asks for a password.
 * @throws Error with the server's last words where it does not start
 */
export const ensurePostgres = async (realise: Realise, spec: PostgresSpec): Promise<void> => {
  const { docker } = realise;
  const name = containerOf(realise, spec.instance);
  const volumes = volumesOf(realise, spec.instance);
  await containers.ensureVolume(realise, volumes.data);
  await containers.ensureVolume(realise, volumes.socket);
  const running = await containers.inspectContainer(docker, name);
  if (!running?.State.Running || running.Config.Labels[SPEC_LABEL] !== labelOf(spec)) {
    await containers.stopContainer(docker, name, GRACE_SECONDS);
    await containers.startContainer(realise, containerSpec(realise, spec));
  }
  await untilReady(docker, name);
  // Only one that starts is started again: any other would try for ever.
  await keepAlive(docker, name);
  await runSql(realise, spec, createRoles);
};

/** Removes the server with its data. */
export const removePostgres = async (realise: Realise, instance: string): Promise<void> => {
  await containers.removeContainer(realise.docker, containerOf(realise, instance));
  const { data, socket } = volumesOf(realise, instance);
  await containers.removeVolume(realise.docker, data);
  await containers.removeVolume(realise.docker, socket);
};

/** The volume in which the server's socket lies; a container that mounts it can connect. */
export const socketVolumeOf = (realise: Realise, instance: string): string => volumesOf(realise, instance).socket;

/**
 * Runs statements as the superuser.
 * @returns what they printed, a line a row, columns separated by tabs
 * @throws SqlError with the server's message
 */
export const runSql = async (
  realise: Realise,
  { instance, adminPassword }: Pick<PostgresSpec, "instance" | "adminPassword">,
  statements: string,
  database = "postgres",
): Promise<string> => {
  const { code, output } = await execCaptured({
    docker: realise.docker,
    container: containerOf(realise, instance),
    command: ["sh", "-c", PSQL],
    env: containers.environment({ STATEMENTS: statements, DATABASE: database, PGPASSWORD: adminPassword }),
  });
  if (code !== 0) throw new SqlError(messageOf(output));
  return output.trim();
};

/** An error of Postgres, with its message. */
export class SqlError extends Error {}

const PSQL = `printf '%s' "$STATEMENTS" | psql -XqtA -F '\t' -v ON_ERROR_STOP=1 -U ${ADMIN} -d "$DATABASE"`;

const messageOf = (output: string): string => /(?:ERROR|FATAL): {2}(.*)/.exec(output)?.[1] ?? output.trim();

const SPEC_LABEL = "dev.fleet.rehearsal.spec";

const labelOf = ({ adminPassword: _, ...spec }: PostgresSpec): string => JSON.stringify(spec);

const containerOf = ({ prefix }: Realise, instance: string): string => `${prefix}-sql-${instance}`;

const volumesOf = ({ prefix }: Realise, instance: string) => ({
  data: `${prefix}-sql-${instance}-data`,
  socket: `${prefix}-sql-${instance}-socket`,
});

const containerSpec = (realise: Realise, spec: PostgresSpec) => {
  const { data, socket } = volumesOf(realise, spec.instance);
  return {
    name: containerOf(realise, spec.instance),
    Image: imageReference({
      image: datastoreImage({ engine: "postgres", version: spec.version }),
      prefix: realise.imagePrefix,
    }),
    Cmd: ["postgres", ...Object.entries(spec.flags).flatMap(([flag, value]) => ["-c", `${flag}=${value}`])],
    Env: containers.environment({
      POSTGRES_USER: ADMIN,
      POSTGRES_DB: "postgres",
      POSTGRES_PASSWORD: spec.adminPassword,
      // The image trusts its socket unless told; Cloud SQL never does.
      POSTGRES_INITDB_ARGS:
        "--auth-local=scram-sha-256 --auth-host=scram-sha-256 --encoding=UTF8 --lc-collate=en_US.UTF-8 --lc-ctype=en_US.UTF-8",
      TZ: "UTC",
      PGTZ: "UTC",
    }),
    Labels: { [SPEC_LABEL]: labelOf(spec) },
    HostConfig: {
      NetworkMode: "none",
      NanoCpus: spec.cpus * 1e9,
      Memory: spec.memoryMb * 2 ** 20,
      Mounts: [
        { Type: "volume" as const, Source: data, Target: "/var/lib/postgresql/data" },
        { Type: "volume" as const, Source: socket, Target: SOCKET_FOLDER },
      ],
    },
  };
};

/** Asks over TCP, within the container: while the first boot makes the data folder, only the socket answers. */
const untilReady = async (docker: Docker, name: string): Promise<void> => {
  const command = ["pg_isready", "-q", "-h", "127.0.0.1"];
  const ask = async (): Promise<"ready" | "not yet" | "ended"> => {
    const state = (await containers.inspectContainer(docker, name))?.State;
    if (!state?.Running || state.Restarting) return "ended";
    // Between the two questions the container may end: the next look tells.
    const asked = await ignoring([UNDER_WAY], execCaptured({ docker, container: name, command }));
    return asked?.code === 0 ? "ready" : "not yet";
  };
  const last = await until({
    ask,
    ends: (answer) => answer !== "not yet",
    everyMs: 100,
    patienceMs: READY_SECONDS * 1000,
  });
  if (last !== "ready") throw new Error(await lastWords(docker, name));
};

const lastWords = async (docker: Docker, name: string): Promise<string> => {
  const lines = (await containers.logsOf(docker, name)).trim().split("\n");
  const fatal = lines.findLast((line) => line.includes("FATAL:"));
  return `the server does not start: ${fatal ?? lines.at(-1) ?? "it said nothing"}`;
};
