import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execCaptured, type Exec } from "../../docker/exec";
import { listEverything } from "../../docker/inventory";
import { databaseCommand } from "../../ops/data/client";
import { readState, type State } from "../../ops/stack/checkpoint";
import { inFleet } from "../../ops/stack/files";
import { locksOf } from "../../ops/stack/locks";
import { runningIn, type RunningDatastore, type RunningStack } from "../../ops/stack/running";
import { ownStack, type Stack } from "../../ops/stack/stack";
import type { Running } from "../../ops/terminal/processes";
import { Clone } from "../clone";
import { track } from "../track";
import { checksums } from "../e2e/checksums";
import { Machine } from "./machine";

type Said = { status: number | null; stdout: string; stderr: string };
type Sums = Readonly<Record<string, string>>;

/** The settings of a stack, as `--config` takes them. */
export type Settings = readonly `fleet:${string}`[];

type Wanted = {
  /** Keeps the machine's images from one run to the next. */
  folder: string;
  settings: Settings;
  /** Edits the clone before its first start; a stack without such edits is filled with test data. */
  edit?: (stack: SoakStack) => void;
};

const NAME = "soak";

/** A stack of a clone of this project, whose sources a soak may edit, on a machine of its own, with data in every datastore. */
export class SoakStack {
  readonly machine: Machine;
  /** Where the clone lies: not below the clone that it is made of, nor where files are cleaned away. */
  readonly #parent: string;
  readonly #settings: Settings;
  readonly #edit: ((stack: SoakStack) => void) | undefined;
  #clone: Clone | undefined;

  constructor({ folder, settings, edit }: Wanted) {
    this.machine = new Machine({ folder });
    this.#parent = `/var/tmp/fleet-soak-${createHash("sha256").update(folder).digest("hex").slice(0, 8)}`;
    this.#settings = settings;
    this.#edit = edit;
  }

  /** Boots the machine and starts a new stack on it with data in every datastore; what was there before is forgotten. */
  async begin(): Promise<void> {
    await this.machine.boot();
    await this.machine.startEngine();
    await this.machine.bringBaseImages();
    await this.machine.empty();
    // What a killed run has left goes with it.
    rmSync(this.#parent, { recursive: true, force: true });
    mkdirSync(this.#parent);
    this.#clone = new Clone({ parent: this.#parent });
    track(this.folder);
    for (const [file, bring] of [
      ["pulumi", symlinkSync],
      ["setup.json", copyFileSync],
    ] as const)
      if (existsSync(inFleet(file))) bring(inFleet(file), this.path(".fleet", file));
    const start = (...more: Settings): string =>
      this.must(["start", ...[...this.#settings, ...more].flatMap((setting) => ["--config", setting])]);
    if (this.#edit) {
      this.#edit(this);
      start("fleet:hotReload=false");
      return;
    }
    // Test data needs the images for development; the soak runs those for production, which an edit of the code changes.
    start("fleet:hotReload=true");
    this.must(["seed"]);
    start("fleet:hotReload=false");
    await this.#fill();
  }

  end(): void {
    this.machine.powerOff();
    rmSync(this.#parent, { recursive: true, force: true });
  }

  get folder(): string {
    assert.ok(this.#clone, "the stack has not begun");
    return this.#clone.folder;
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  get stack(): Stack {
    return ownStack({ name: NAME, fleet: this.path(".fleet") });
  }

  /** What the command line is, for a command of it. */
  command([name = "", ...args]: readonly string[]): { command: string[]; folder: string } {
    return { command: [process.execPath, "ops/fleet.cjs", name, "--stack", NAME, ...args], folder: this.folder };
  }

  fleet(args: readonly string[]): Said {
    return this.machine.run(this.command(args));
  }

  must(args: readonly string[]): string {
    const { status, stdout, stderr } = this.fleet(args);
    if (status !== 0) throw new Error(`fleet ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  }

  read(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(this.path(file), text);
  }

  get state(): State {
    return readState(this.stack) ?? { resources: [], pending: [] };
  }

  async running(): Promise<Omit<RunningStack, "docker">> {
    return runningIn({ stack: this.stack, state: this.state, inventory: await listEverything(this.machine.docker) });
  }

  /** A row in every SQL database and a key in every Redis, with that number. */
  async mark(number: number): Promise<void> {
    await this.#inEach({
      sql: `INSERT INTO soak VALUES (${10 * ROWS + number}, 'mark')`,
      redis: ["SET", `soak:mark:${number}`, "1"],
    });
  }

  /** A checksum for each table, and one for all the keys of ours in each Redis. */
  async sums(): Promise<Sums> {
    const { datastores } = await this.running();
    return checksums({ docker: this.machine.docker, datastores, redisKeys: "soak:*" });
  }

  /** What a killed update may leave behind and the next start has to put right; empty when all is well. */
  async leftovers(): Promise<string[]> {
    const { resources, pending } = this.state;
    const known = new Set(resources.filter((each) => !each.delete).map(({ id }) => id));
    const { containers, networks, volumes } = await listEverything(this.machine.docker);
    const own = networks.filter(({ name }) => !["bridge", "host", "none"].includes(name));
    return [
      ...pending.map(({ type, resource }) => `pending operation: ${type} ${resource.urn}`),
      ...resources.filter((each) => each.delete).map(({ urn }) => `to be deleted: ${urn}`),
      ...locksOf(this.stack).map(({ file }) => `lock ${file}`),
      ...[...containers, ...own, ...volumes].filter(({ id }) => !known.has(id)).map(({ name }) => `orphan ${name}`),
      ...this.machine
        .processes()
        .filter(isPulumis)
        .map(({ pid, command }) => `process ${pid} ${command}`),
    ];
  }

  async #fill(): Promise<void> {
    const into = "INSERT INTO soak SELECT n, CONCAT('año ', n) FROM";
    await this.#inEach({ sql: "CREATE TABLE soak (id INT PRIMARY KEY, word TEXT)" });
    await this.#inEach({
      postgres: `${into} generate_series(1, ${ROWS}) AS n`,
      mariadb: `${into} (SELECT seq AS n FROM seq_1_to_${ROWS}) AS numbers`,
      redis: ["EVAL", FILL_REDIS, "0"],
    });
  }

  /** Runs a statement in every SQL database, and a command in every Redis. */
  async #inEach({ sql, postgres = sql, mariadb = sql, redis }: Statements): Promise<void> {
    const commandsFor = (datastore: RunningDatastore): Pick<Exec, "command" | "env">[] => {
      if (datastore.engine === "messaging") return [];
      if (datastore.engine === "redis") return redis ? [{ command: ["redis-cli", "-e", ...redis] }] : [];
      const query = datastore.engine === "mariadb" ? mariadb : postgres;
      if (query === undefined) return [];
      return datastore.databases.map(({ name: database }) => databaseCommand({ datastore, database, query }));
    };
    const { docker } = this.machine;
    for (const datastore of (await this.running()).datastores)
      for (const command of commandsFor(datastore)) {
        const { code, output } = await execCaptured({ docker, container: datastore.container, ...command });
        assert.equal(code, 0, output);
      }
  }
}

type Statements = { sql?: string; postgres?: string; mariadb?: string; redis?: string[] };

const ROWS = 2000;

const FILL_REDIS = `for n = 1, ${ROWS} do redis.call('SET', 'soak:' .. n, string.rep('x', n % 100)) end`;

const isPulumis = ({ command }: Running): boolean => /^pulumi/.test(path.basename(command.split(" ")[0] ?? ""));

/** Tables whose rows beat, consumer and worker change by themselves; they delete what an ended promo offered. */
const WORKED_ON = /^(marketplace\/.*\.promos_|meet\/.*\.meetings_)/;
const DELETED_BY_BEAT = "promos_offer";

/** What was there before and is not there any more, or is another. */
export const lostBetween = (before: Sums, after: Sums): string[] =>
  Object.entries(before).flatMap(([where, sum]) => {
    const now = after[where];
    const isKept =
      now === sum ||
      (now !== undefined && WORKED_ON.test(where) && (countIn(now) >= countIn(sum) || where.endsWith(DELETED_BY_BEAT)));
    return isKept ? [] : [`${where}: ${sum} -> ${now}`];
  });

const countIn = (sum: string): number => Number(/^\d+/.exec(sum)?.[0] ?? 0);

export const rowsIn = (sums: Sums): number => Object.values(sums).reduce((total, sum) => total + countIn(sum), 0);
