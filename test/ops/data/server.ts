import assert from "node:assert/strict";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import Docker from "dockerode";
import { execCaptured, execInto } from "../../../docker/exec";
import { readyStep } from "../../../infra/targets/local/ready";
import { datastoreImage } from "../../../infra/targets/local/images";
import { dataEngineOf, runStep, shell, type Step } from "../../../ops/data/snapshots/engines";
import { unitOf, type Unit } from "../../../ops/data/snapshots/units";
import type { RunningDatastore } from "../../../ops/stack/running";
import { start, type TestContainer } from "../../offline/container";
import { postgisImage } from "./postgis-image";

type Wanted = {
  engine: "postgres" | "postgis" | "mariadb" | "redis";
  version: string;
  databases?: RunningDatastore["databases"];
  env?: Record<string, string>;
  command?: string[];
  /** Left out: that of an update. */
  image?: string;
  volumes?: Record<string, string>;
};

/** A datastore's server in a container of its own, made ready as an update does it. */
export class Server {
  static readonly docker = new Docker();
  readonly datastore: RunningDatastore;

  private constructor(
    readonly container: TestContainer,
    readonly wanted: Wanted,
  ) {
    const { engine, version, databases = [] } = wanted;
    this.datastore = {
      ...{
        id: `shop/${engine}`,
        system: "shop",
        name: engine,
        description: "",
        engine,
        version,
        runs: true,
        databases,
      },
      ...{ container: container.name, volume: `${container.name}_data` },
    };
  }

  static async start(wanted: Wanted): Promise<Server> {
    const { engine, env = {}, command, volumes = {} } = wanted;
    const image = wanted.image ?? (engine === "postgis" ? await postgisImage(wanted) : datastoreImage(wanted));
    const container = await start({ image, init: true, env, volumes, ...(command && { command }) });
    const server = new Server(container, wanted);
    await server.makeReady();
    return server;
  }

  /** Runs the step that an update runs in a server's container. */
  async makeReady(): Promise<void> {
    const { databases = [], ...wanted } = this.wanted;
    const withSecrets = { ...wanted, databases: databases.map((each) => ({ ...each, password: each.name })) };
    const secrets = { superuserPassword: "superuser", rootPassword: "root" };
    const { script, secrets: names } = readyStep({ ...withSecrets, ...secrets } as never);
    await this.run(script, names);
  }

  /** Runs a shell script in the container, which must end with 0; what it printed. */
  async run(script: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { docker } = Server;
    const command = shell({ script, env });
    const { code, stdout, output } = await execCaptured({ docker, container: this.container.name, ...command });
    assert.equal(code, 0, output);
    return stdout.trim();
  }

  /** Runs SQL as the superuser; rows without a frame. */
  sql(database: string, statements: string): Promise<string> {
    return this.wanted.engine === "mariadb"
      ? this.run(`MYSQL_PWD=$MARIADB_ROOT_PASSWORD mariadb -h 127.0.0.1 -u root -N -B "$DATABASE" -e "$SQL"`, {
          DATABASE: database,
          SQL: statements,
        })
      : this.run(`printf '%s' "$SQL" | psql -qXAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -U postgres -d "$DATABASE"`, {
          DATABASE: database,
          SQL: statements,
        });
  }

  unit(database: string): Unit {
    return this.wanted.engine === "redis"
      ? { datastore: this.datastore, database: "all", file: "shop-redis.rdb" }
      : unitOf({ datastore: this.datastore, database });
  }

  /** Dumps a database into a file, as a backup does. */
  async dump(database: string, file: string): Promise<void> {
    const unit = this.unit(database);
    const engine = dataEngineOf(unit);
    const stdout = new PassThrough();
    const compress = engine.compress ?? (() => new PassThrough());
    const [{ code, stderr }] = await Promise.all([
      execInto({ docker: Server.docker, container: this.container.name, ...shell(engine.dump(unit)), stdout }),
      pipeline(stdout, compress(), createWriteStream(file)),
    ]);
    assert.equal(code, 0, stderr);
  }

  async step(database: string, step: Step, file?: string): Promise<void> {
    await runStep({ docker: Server.docker, unit: this.unit(database), step, ...(file !== undefined && { file }) });
  }

  /** Replaces a database by a dump, as a restore does. */
  async restore(database: string, file: string): Promise<void> {
    await this.step(database, "prepare");
    await this.step(database, "load", file);
    await this.step(database, "swap");
    await this.step(database, "finish");
  }

  /** What a program that a dump started would have left: files that are named so. */
  traces(): Promise<string> {
    return this.run("ls /tmp /var/lib/mysql 2>/dev/null | grep driven || true");
  }
}

/** A folder for dumps, which goes with the tests of its file. */
export const dumpsFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-dumps-"));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
};
