import type { Readable } from "node:stream";
import { execCaptured } from "../../docker/exec";
import { hasImage, pull } from "../../docker/pull";
import { ABSENT, ignoring, UNDER_WAY } from "../../docker/refusals";
import type { Realise } from "../realise";
import * as containers from "./containers";
import { keepServer } from "./kept-server";
import type { ServerEngine } from "./sql-engine";

/** A Cloud SQL instance, as far as this machine makes it real. */
export type ServerSpec = {
  engine: ServerEngine;
  /** The instance's name, without project and region. */
  instance: string;
  /** By which its clients know it, `project:region:instance`. */
  connection: string;
  /** The version in the name of the official image: "15", "8.4". */
  version: string;
  /** The server's settings. */
  flags: Record<string, string>;
  cpus: number;
  memoryMb: number;
  /** The password of the server's only superuser; on Google only Google has it. */
  adminPassword: string;
};

const READY_SECONDS = 120;
const GRACE_SECONDS = 20;

/**
 * Makes the server run as it is asked for, on the data that it has. It has no network: as through Cloud SQL's connector,
 * its socket is the only way to it, and the socket asks for a password.
 * @throws ImageError; Error with the server's last words where it does not start
 */
export const ensureServer = async (realise: Realise, spec: ServerSpec): Promise<void> => {
  const { engine } = spec;
  const volumes = volumesOf(realise, spec.instance);
  const image = await engine.image(realise, spec.version);
  for (const volume of Object.values(volumes)) await containers.ensureVolume(realise, volume);
  await keepServer(realise, {
    container: containerSpec(realise, spec, image),
    asked: askedOf(spec, image),
    graceSeconds: GRACE_SECONDS,
    patienceSeconds: READY_SECONDS,
    readyCommand: engine.readyCommand,
    isReady: ({ code }) => code === 0,
    lastWords: (lines) => engine.fatalIn(lines) ?? lines.at(-1) ?? "",
  });
  for (const [database, statements] of Object.entries(engine.prepare))
    await runSql(realise, { ...spec, database, statements });
};

/** Ends the server, which keeps its data. */
export const stopServer = (realise: Realise, instance: string): Promise<void> =>
  containers.stopContainer(realise.docker, containerOf(realise, instance), GRACE_SECONDS);

/** Removes the server with its data. */
export const removeServer = async (realise: Realise, instance: string): Promise<void> => {
  await containers.removeContainer(realise.docker, containerOf(realise, instance));
  const { data, socket, backups } = volumesOf(realise, instance);
  for (const volume of [data, socket, backups]) await containers.removeVolume(realise.docker, volume);
};

/**
 * The volumes, by their folders, with which a container finds an instance below `folder` by its connection name: links for
 * all instances, and the socket that this one's leads to. A link to a socket that is not mounted leads nowhere.
 */
export const socketMounts = (
  realise: Realise,
  { folder, instance }: { folder: string; instance: string },
): Record<string, string> => {
  const { links, socket } = volumesOf(realise, instance);
  return { [folder]: links, [mountedAt(instance)]: socket };
};

const mountedAt = (instance: string): string => `/run/cloudsql/${instance}`;

type Statements = Pick<ServerSpec, "engine" | "instance" | "adminPassword"> & { statements: string; database: string };

/**
 * Runs statements as the superuser.
 * @returns what they printed, a line a row, columns separated by tabs
 * @throws SqlError with the server's message
 */
export const runSql = async (realise: Realise, of: Statements): Promise<string> => {
  const { engine, instance, adminPassword, statements, database } = of;
  const working = execCaptured({
    docker: realise.docker,
    container: containerOf(realise, instance),
    command: ["sh", "-c", `printf '%s' "$STATEMENTS" | ${engine.client}`],
    env: containers.environment({
      STATEMENTS: statements,
      DATABASE: database,
      [engine.passwordVariable]: adminPassword,
    }),
  });
  const ended = await ignoring([ABSENT, UNDER_WAY], working);
  if (ended === undefined) throw new SqlError("the server does not run");
  if (ended.code !== 0) throw new SqlError(engine.messageIn(ended.output));
  return ended.output.trim();
};

type Backup = Pick<ServerSpec, "engine" | "instance" | "adminPassword"> & { id: string };

/** Keeps a dump of all databases under a name, whole or not at all. Resolves to its size in bytes. @throws SqlError */
export const takeBackup = async (realise: Realise, of: Backup): Promise<number> => {
  const { engine, instance, adminPassword, id } = of;
  const file = `${BACKUPS_FOLDER}/${id}.sql`;
  const script = `mkdir -p ${BACKUPS_FOLDER}; ${engine.dump} >${file}.part; mv ${file}.part ${file}; wc -c <${file}`;
  const working = execCaptured({
    docker: realise.docker,
    container: containerOf(realise, instance),
    command: ["sh", "-euc", script],
    env: containers.environment({ [engine.passwordVariable]: adminPassword }),
  });
  const ended = await ignoring([ABSENT, UNDER_WAY], working);
  if (ended === undefined) throw new SqlError("the server does not run");
  if (ended.code !== 0) throw new SqlError(engine.messageIn(ended.output));
  return Number(ended.stdout.trim());
};

/** Puts the databases of a backup in the place of all that are there. @throws SqlError */
export const restoreBackup = async (realise: Realise, of: Backup): Promise<void> => {
  const { engine, instance, adminPassword, id } = of;
  const script = `exec <${BACKUPS_FOLDER}/${id}.sql\n{ ${engine.restore}; }`;
  const working = execCaptured({
    docker: realise.docker,
    container: containerOf(realise, instance),
    command: ["bash", "-eo", "pipefail", "-c", script],
    env: containers.environment({ [engine.passwordVariable]: adminPassword }),
  });
  const ended = await ignoring([ABSENT, UNDER_WAY], working);
  if (ended === undefined) throw new SqlError("the server does not run");
  if (ended.code !== 0) throw new SqlError(engine.messageIn(ended.output));
};

type Loading = Omit<Backup, "id"> & { database: string; owner: string; dump: Readable };

/** Puts a dump in the place of a database's content. @throws SqlError */
export const loadDump = async (realise: Realise, of: Loading): Promise<void> => {
  const { engine, instance, adminPassword, database, owner, dump } = of;
  // The dump waits in a file: what makes the database anew reads its own statements.
  const script = `dump=$(mktemp)\ntrap 'rm -f "$dump"' EXIT\ncat >"$dump"\n{ ${engine.load}\n} <"$dump"`;
  const working = execCaptured({
    docker: realise.docker,
    container: containerOf(realise, instance),
    command: ["bash", "-eo", "pipefail", "-c", script],
    env: containers.environment({ DATABASE: database, OWNER: owner, [engine.passwordVariable]: adminPassword }),
    input: dump,
  });
  const ended = await ignoring([ABSENT, UNDER_WAY], working);
  if (ended === undefined) throw new SqlError("the server does not run");
  if (ended.code !== 0) throw new SqlError(engine.messageIn(ended.output));
};

export const removeBackup = async (realise: Realise, { instance, id }: Omit<Backup, "engine" | "adminPassword">) => {
  const command = ["rm", "-f", `${BACKUPS_FOLDER}/${id}.sql`];
  await execCaptured({ docker: realise.docker, container: containerOf(realise, instance), command });
};

/** An error of a server, with its message. */
export class SqlError extends Error {}

/** An image that this machine does not have and cannot get. */
export class ImageError extends Error {
  constructor(image: string, reason: string) {
    super(`the image ${image}, which cannot be had here (${reason.trim()})`);
  }
}

/** An image by its name, pulled where the engine does not have it. @throws ImageError */
export const pulledImage = async ({ docker }: Realise, image: string): Promise<string> => {
  if (!(await hasImage(docker, image)))
    await pull({ docker, image }).catch((error: Error) => {
      throw new ImageError(image, error.message);
    });
  return image;
};

const askedOf = ({ adminPassword: _, engine: __, ...spec }: ServerSpec, image: string): string =>
  JSON.stringify({ ...spec, image });

const containerOf = ({ prefix }: Realise, instance: string): string => `${prefix}-sql-${instance}`;

const volumesOf = ({ prefix }: Realise, instance: string) => ({
  data: `${prefix}-sql-${instance}-data`,
  socket: `${prefix}-sql-${instance}-socket`,
  backups: `${prefix}-sql-${instance}-backups`,
  /** Of all instances together. */
  links: `${prefix}-sql-links`,
});

const LINKS_FOLDER = "/run/cloudsql-links";
const BACKUPS_FOLDER = "/var/cloudsql-backups";

const containerSpec = (realise: Realise, spec: ServerSpec, image: string) => {
  const { engine, instance, connection } = spec;
  const { data, socket, backups, links } = volumesOf(realise, instance);
  const link = [mountedAt(instance), engine.socket].filter(Boolean).join("/");
  const before = [engine.before, 'ln -sfn "$LINK" "$CONNECTION"', 'exec docker-entrypoint.sh "$@"'];
  const mount = (Source: string, Target: string) => ({ Type: "volume" as const, Source, Target });
  return {
    name: containerOf(realise, instance),
    Image: image,
    Entrypoint: ["sh", "-euc", before.join("\n"), "sh"],
    Cmd: engine.command(spec.flags),
    Env: containers.environment({
      ...engine.env(spec.adminPassword),
      LINK: link,
      CONNECTION: `${LINKS_FOLDER}/${connection}`,
      TZ: "UTC",
    }),
    HostConfig: {
      NetworkMode: "none",
      NanoCpus: spec.cpus * 1e9,
      Memory: spec.memoryMb * 2 ** 20,
      Mounts: [
        ...[mount(data, engine.dataFolder), mount(socket, engine.socketFolder)],
        ...[mount(backups, BACKUPS_FOLDER), mount(links, LINKS_FOLDER)],
      ],
    },
  };
};
