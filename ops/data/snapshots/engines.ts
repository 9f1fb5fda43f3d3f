import { createReadStream } from "node:fs";
import { createGunzip, createGzip } from "node:zlib";
import type { Duplex, Readable } from "node:stream";
import type Docker from "dockerode";
import { PlainError } from "../../../infra/problems";
import { execQuietly } from "../../../docker/exec";
import { mariadb } from "./mariadb";
import { postgres } from "./postgres";
import { redis } from "./redis";
import { unitId, type Unit } from "./units";

/** A command for a shell in a datastore's container, with what has to be in its environment. */
export type Script = { script: string; env: Record<string, string> };

/**
 * How an engine's data is copied out, and put back beside what is there. A script runs on to its end in the container
 * when our own process is killed; each leaves what it found, or what it was to make, and nothing in between.
 */
export type DataEngine = {
  /** Writes all of it to standard output. */
  dump: (unit: Unit) => Script;
  /** Makes a fresh place beside the data, and removes what an interrupted run left of one. */
  prepare: (unit: Unit) => Script;
  /** Fills the fresh place with a dump on standard input. */
  load: (unit: Unit) => Script;
  /** Fills the fresh place with what an empty one needs. */
  empty: (unit: Unit) => Script;
  /** Puts the fresh place in the data's. In one step: others see the old or the new. */
  swap: (unit: Unit) => Script;
  /** Removes the old data. */
  finish: (unit: Unit) => Script;
  /** Where the dump is not compressed by itself. */
  compress?: () => Duplex;
  decompress?: () => Duplex;
};

export const engineOf = ({ datastore: { engine } }: Unit): DataEngine => {
  switch (engine) {
    case "postgres":
    case "postgis":
      return postgres;
    case "mariadb":
      return { ...mariadb, compress: createGzip, decompress: createGunzip };
    case "redis":
      return redis;
    case "messaging":
      throw new Error("messaging holds no data"); // unitsOf gives none
  }
};

export type Step = "prepare" | "load" | "empty" | "swap" | "finish";

/**
 * Runs one step of a unit in its container; `file` is what `load` reads.
 * @throws PlainError with what the engine's own tool said.
 */
export const runStep = async (of: { docker: Docker; unit: Unit; step: Step; file?: string }): Promise<void> => {
  const engine = engineOf(of.unit);
  const script = engine[of.step](of.unit);
  const input = of.file === undefined ? undefined : readingFrom(of.file, engine.decompress);
  const { code, stdout, stderr } = await execQuietly({
    docker: of.docker,
    container: of.unit.datastore.container,
    ...shell(script),
    ...(input && { input }),
  });
  if (code !== 0) throw new PlainError(failure({ unit: of.unit, step: of.step, said: `${stdout}${stderr}` }));
};

/** As arguments of an exec. */
export const shell = ({ script, env }: Script): { command: string[]; env: string[] } => ({
  command: ["sh", "-euc", script],
  env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
});

export const failure = ({ unit, step, said }: { unit: Unit; step: string; said: string }): string =>
  `${unitId(unit)}: ${step} failed:\n${said
    .trim()
    .split("\n")
    .slice(-8)
    .map((line) => `    ${line}`)
    .join("\n")}`;

const readingFrom = (file: string, decompress: (() => Duplex) | undefined): Readable => {
  const raw = createReadStream(file);
  if (!decompress) return raw;
  const plain = decompress();
  raw.on("error", (error) => plain.destroy(error));
  return raw.pipe(plain);
};
