import { createHash } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import { PlainError, refuseWith } from "../../../infra/problems";
import { dataFormat } from "../../../infra/targets/local/images";
import { execInto } from "../../../docker/exec";
import { command, PROJECT } from "../../stack/stack";
import { dataEngineOf, failure, shell } from "./engines";
import { MANIFEST, sealed, snapshotFolder, snapshotsFolder, type Entry, type Manifest } from "./manifest";
import { type Unit } from "./units";

type Wanted = { docker: Docker; stack: string; name: string; units: readonly Unit[]; now: Date };

/**
 * Copies every unit into a folder of its own, which gets its name only once it is whole. Each database is consistent in
 * itself; services go on working, so two databases can differ by what happened between.
 * @throws ProblemsError where the name is taken or none.
 */
export const takeSnapshot = async (of: Wanted): Promise<Manifest> => {
  const folder = snapshotFolder(of);
  refuseName({ ...of, folder });
  removeUnfinished(of.stack);
  const partial = path.join(snapshotsFolder(of.stack), `.${of.name}.${process.pid}`);
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  const entries = await Promise.all(of.units.map((unit) => dump({ docker: of.docker, unit, folder: partial })));
  const { stack, name } = of;
  const manifest = sealed({ version: 1, project: PROJECT, stack, name, takenAt: of.now.toISOString(), entries });
  writeFileSync(path.join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, {
    flush: true,
    mode: 0o600,
  });
  renameSync(partial, folder);
  return manifest;
};

const dump = async (of: { docker: Docker; unit: Unit; folder: string }): Promise<Entry> => {
  const { unit } = of;
  const engine = dataEngineOf(unit);
  const digest = createHash("sha256");
  let bytes = 0;
  const output = new PassThrough();
  const measured = async function* (source: AsyncIterable<Buffer>) {
    for await (const piece of source) {
      digest.update(piece);
      bytes += piece.length;
      yield piece;
    }
  };
  const file = createWriteStream(path.join(of.folder, unit.file), { flush: true, mode: 0o600 });
  const written = engine.compress
    ? pipeline(output, engine.compress(), measured, file)
    : pipeline(output, measured, file);
  const container = unit.datastore.container;
  const [{ code, stderr }] = await Promise.all([
    execInto({ docker: of.docker, container, ...shell(engine.dump(unit)), stdout: output }),
    written,
  ]);
  if (code !== 0) throw new PlainError(failure({ unit, step: "backup", said: stderr || `exit code ${code}` }));
  const { system, name: datastore } = unit.datastore;
  return {
    system,
    datastore,
    database: unit.database,
    format: dataFormat(unit.datastore),
    file: unit.file,
    bytes,
    sha256: digest.digest("hex"),
  };
};

const refuseName = ({ name, folder, stack }: { name: string; folder: string; stack: string }): void => {
  if (!/^[A-Za-z0-9][\w.-]{0,59}$/.test(name))
    refuseWith({
      path: name || "(empty)",
      message: 'cannot be a snapshot\'s name; allowed are at most 60 letters, digits, ".", "-" and "_"',
      cure: "./fleet backup before-upgrade",
    });
  if (existsSync(folder))
    refuseWith({
      path: name,
      message: `there is a snapshot of this name of ${stack} already`,
      cure: `another name, or first: ${command("snapshots", stack)} --remove ${name}`,
    });
};

/** Removes the remains of killed backups; backups of one stack run one at a time. */
const removeUnfinished = (stack: string): void => {
  const folder = snapshotsFolder(stack);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(folder).filter((name) => name.startsWith(".")))
    rmSync(path.join(folder, entry), { recursive: true, force: true });
};
