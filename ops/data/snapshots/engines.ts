import { createReadStream } from "node:fs";
import type { Duplex, Readable } from "node:stream";
import type Docker from "dockerode";
import { PlainError } from "../../../infra/problems";
import { execCaptured } from "../../../docker/exec";
import type { DataEngine, Script } from "./data-engine";
import { mariadb } from "./mariadb";
import { postgres } from "./postgres";
import { redis } from "./redis";
import { unitId, type Unit } from "./units";

export const dataEngineOf = ({ datastore: { engine } }: Unit): DataEngine => {
  switch (engine) {
    case "postgres":
    case "postgis":
      return postgres;
    case "mariadb":
      return mariadb;
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
  const engine = dataEngineOf(of.unit);
  const script = engine[of.step](of.unit);
  const input = of.file === undefined ? undefined : readingFrom(of.file, engine.decompress);
  const { code, stdout, stderr } = await execCaptured({
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
