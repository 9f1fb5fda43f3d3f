import { createHash } from "node:crypto";
import { createReadStream, lstatSync, existsSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { suggestion, when, type Problem } from "../../../infra/problems";
import { dataFormat } from "../../../infra/targets/local/images";
import { isSql } from "../../stack/select";
import { command, PROJECT } from "../../stack/stack";
import { listSnapshots, readManifest, snapshotFolder, type Entry, type Manifest } from "./manifest";
import { isRestorable, unitOf, type Unit } from "./units";

/** A snapshot that was checked: every unit with the file that it is restored from. */
export type Verified = { manifest: Manifest; units: { unit: Unit; file: string }[] };

/** Checks all of a snapshot before anything is touched: that it is there, whole, this stack's, and fits what runs. */
export const verify = async (of: {
  /** The stack that it was taken of. */
  from: string;
  name: string;
  units: readonly Unit[];
  /** The entries to restore, by `system` or `system/datastore`; empty means all. */
  only: readonly string[];
  /** The stack that it is restored into, for cures. */
  into: string;
}): Promise<{ problems: Problem[]; verified?: Verified }> => {
  const folder = snapshotFolder({ stack: of.from, name: of.name });
  if (!existsSync(folder)) return { problems: [unknown(of)] };
  const manifest = readManifest(folder);
  if (!manifest) return { problems: [damaged({ ...of, what: "its manifest is missing, unreadable or was edited" })] };
  const foreign = foreignProblems({ ...of, manifest });
  if (foreign.length > 0) return { problems: foreign };

  const chosen = manifest.entries.filter((entry) => isChosen(entry, of.only));
  const files = await Promise.all(chosen.map((entry) => fileProblems({ ...of, entry, folder })));
  const problems = [
    ...files.flat(),
    ...chosen.flatMap((entry) => fitProblem({ ...of, entry }) ?? []),
    ...onlyProblems({ ...of, manifest }),
  ];
  if (problems.length > 0) return { problems };
  const fileOf = ({ file }: Entry): string => path.join(folder, file);
  const units = chosen.map((entry) => ({ unit: unitFor(entry, of.units) as Unit, file: fileOf(entry) }));
  return { problems: [], verified: { manifest, units } };
};

const unknown = ({ from, name }: { from: string; name: string }): Problem => {
  const names = listSnapshots(from).map((listed) => listed.name);
  return {
    path: name,
    message: `there is no snapshot of this name of ${from}.${suggestion(name, names)}`,
    cure: names.length > 0 ? `name one of: ${names.join(", ")}` : command("backup", from),
  };
};

const damaged = ({ name, what }: { name: string; what: string }): Problem => ({
  path: `snapshot ${name}`,
  message: `is damaged: ${what}`,
  cure: "restore another one; they are listed, and checked, by: ./fleet snapshots --verify",
});

const foreignProblems = ({ manifest, from, name }: { manifest: Manifest; from: string; name: string }): Problem[] =>
  when(manifest.project !== PROJECT || manifest.stack !== from || manifest.name !== name, {
    path: `snapshot ${name}`,
    message: `is foreign: it was taken as ${manifest.name} of the stack ${manifest.stack} of ${manifest.project}`,
    cure: `put it where it was taken, and name that stack: ./fleet restore ${manifest.name} --from ${manifest.stack}`,
  });

type InSnapshot = { name: string; entry: Entry; folder: string };

/** The size is checked first: a truncated file need not be read. */
export const fileProblems = async ({ name, entry, folder }: InSnapshot): Promise<Problem[]> => {
  const file = path.join(folder, entry.file);
  const found = lstatSync(file, { throwIfNoEntry: false });
  const what = !found?.isFile()
    ? `${entry.file} is ${found ? "no plain file" : "missing"}`
    : found.size !== entry.bytes
      ? `${entry.file} has ${found.size} bytes instead of ${entry.bytes}`
      : (await sha256Of(file)) !== entry.sha256
        ? `${entry.file} does not have its checksum`
        : undefined;
  return what === undefined ? [] : [damaged({ name, what })];
};

const sha256Of = async (file: string): Promise<string> => {
  const digest = createHash("sha256");
  await pipeline(createReadStream(file), digest);
  return digest.digest("hex");
};

type Fitting = { entry: Entry; units: readonly Unit[]; into: string; name: string };

/** A newer major version reads an older one's dump, not the other way round; the C library does not matter to a dump. */
const fitProblem = ({ entry, units, into, name }: Fitting): Problem | undefined => {
  const unit = unitFor(entry, units);
  const where = `${entry.system}/${entry.datastore}/${entry.database}`;
  if (!unit)
    return {
      path: `snapshot ${name}`,
      message: `holds ${where}, which ${into} does not run`,
      cure: `switch it on (${command("mariadb on", into)}), or restore the rest: --only <system>`,
    };
  const [engine = "", major = ""] = entry.format.split(" ");
  const [ours = "", ourMajor = ""] = dataFormat(unit.datastore).split(" ");
  if (engine === ours && Number(major) <= Number(ourMajor)) return undefined;
  return {
    path: `snapshot ${name}`,
    message: `holds ${where} of ${engine} ${major}, which ${ours} ${ourMajor} cannot read`,
    cure: `put the version in the catalogue to ${engine} ${major} or newer, then: ${command("start", into)}`,
  };
};

type Chosen = { manifest: Manifest; only: readonly string[]; name: string };

const onlyProblems = ({ manifest, only, name }: Chosen): Problem[] =>
  only
    .filter((word) => !manifest.entries.some((entry) => isChosen(entry, [word])))
    .map((word) => ({
      path: "--only",
      message: `the snapshot ${name} holds no data of ${word}`,
      cure: `name one of: ${[...new Set(manifest.entries.map(({ system, datastore }) => `${system}/${datastore}`))].join(", ")}`,
    }));

const isChosen = ({ system, datastore }: Entry, only: readonly string[]): boolean =>
  only.length === 0 || only.includes(system) || only.includes(`${system}/${datastore}`);

/** A database that is no longer in its server is made again. */
const unitFor = ({ system, datastore: name, database }: Entry, units: readonly Unit[]): Unit | undefined => {
  const inServer = units.filter(({ datastore }) => datastore.system === system && datastore.name === name);
  const datastore = inServer[0]?.datastore;
  const isMissing = datastore && isSql(datastore.engine) && isRestorable(database);
  return (
    inServer.find((unit) => unit.database === database) ?? (isMissing ? unitOf({ datastore, database }) : undefined)
  );
};
