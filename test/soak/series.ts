import fc from "fast-check";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { inFleet } from "../../ops/stack/files";

/** The result of one case: what the table shows. A case that fails throws. */
export type Row = Readonly<Record<string, string | number>>;

type Entry = { case: number; ms: number; row?: Row; problem?: string };
type Begun = { seed: number };

type Series<Case> = {
  /** Names the record. */
  name: string;
  /** The cases: those of a list in its order, or drawn from an arbitrary by the seed. */
  cases: fc.Arbitrary<Case> | readonly Case[];
  count: number;
  describe: (of: Case) => string;
  run: (of: Case, index: number) => Promise<Row>;
  /** Makes all new after a case that failed. */
  afterFailure: () => Promise<void>;
};

const HOUR_MS = 3_600_000;

/**
 * Runs random cases and keeps a line for each in .fleet/soak/<name>-<seed>.jsonl. The next run goes on where the last one
 * stopped, and tries again what failed; `SEED` names another series, `HOURS` (default 3) limits a run. Resolves to the
 * entries of all runs, the last one of each case.
 */
export const runSeries = async <Case>(of: Series<Case>): Promise<Entry[]> => {
  const { seed, file } = recordOf(of.name);
  const cases = isList(of.cases) ? of.cases : fc.sample(fc.noBias(of.cases), { seed, numRuns: of.count });
  const done = new Map(entriesIn(file).map((entry) => [entry.case, entry]));
  const open = cases.map((each, index) => ({ each, index })).filter(({ index }) => !done.get(index)?.row);
  say(`${of.name}: seed ${seed}, ${of.count - open.length} of ${of.count} cases are done, record ${file}`);
  const deadline = Date.now() + Number(process.env.HOURS ?? 3) * HOUR_MS;
  const times: number[] = [];
  for (const { each, index } of open) {
    if (Date.now() > deadline) break;
    const began = Date.now();
    const outcome = await of.run(each, index).then(
      (row) => ({ row }),
      (error: Error) => ({ problem: error.message }),
    );
    const entry: Entry = { case: index, ms: Date.now() - began, ...outcome };
    appendFileSync(file, `${JSON.stringify(entry)}\n`);
    done.set(index, entry);
    times.push(entry.ms);
    say(progress({ entry, text: of.describe(each), times, of: of.count, left: open.length - times.length }));
    if (!entry.row) await of.afterFailure();
  }
  return [...done.values()].sort((a, b) => a.case - b.case);
};

const isList = <Case>(cases: fc.Arbitrary<Case> | readonly Case[]): cases is readonly Case[] => Array.isArray(cases);

/** Fails where a case failed, and says how many are still to come. */
export const closeSeries = (entries: readonly Entry[], { count }: { count: number }): void => {
  const failed = entries.filter(({ row }) => row === undefined);
  if (entries.length < count) say(`${count - entries.length} cases are still to come: run the same command again`);
  if (failed.length === 0) return;
  throw new Error(failed.map((each) => `case ${each.case}: ${each.problem}`).join("\n"));
};

/** A table of counts: how many cases there are of each value of `key`, and the sum or the range of each other column. */
export const tableOf = (entries: readonly Entry[], { key }: { key: string }): string => {
  const rows = entries.flatMap(({ row }) => (row ? [row] : []));
  const kinds = [...new Set(rows.map((row) => String(row[key])))].sort();
  const lines = kinds.map((kind) => lineOf({ kind, rows: rows.filter((row) => String(row[key]) === kind) }));
  return [...lines, lineOf({ kind: "all", rows })].join("\n");
};

const lineOf = ({ kind, rows }: { kind: string; rows: readonly Row[] }): string => {
  const columns = [...new Set(rows.flatMap(Object.keys))].filter((name) => typeof rows[0]?.[name] === "number");
  const figures = columns.map((name) => {
    const values = rows.map((row) => Number(row[name] ?? 0)).sort((a, b) => a - b);
    return name.startsWith("sum ")
      ? `${name.slice(4)} ${values.reduce((a, b) => a + b, 0)}`
      : `${name} ${values[0]} to ${values.at(-1)}, median ${values[Math.floor(values.length / 2)]}`;
  });
  return `      ${kind.padEnd(24)} ${String(rows.length).padStart(4)} cases  ${figures.join("; ")}`;
};

export const say = (line: string): void => void process.stdout.write(`      ${line}\n`);

/** The record of the series of that name: with this SEED, else the newest, else one with a new seed. */
const recordOf = (name: string): { seed: number; file: string } => {
  const folder = inFleet("soak");
  mkdirSync(folder, { recursive: true });
  const isRecord = new RegExp(`^${name}-\\d+\\.jsonl$`);
  const records = readdirSync(folder)
    .filter((each) => isRecord.test(each))
    .map((each) => path.join(folder, each));
  const [newest] = records.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  const given = process.env.SEED ? Number(process.env.SEED) : newest === undefined ? undefined : begunIn(newest)?.seed;
  const seed = given ?? Math.floor(Math.random() * 1e9);
  const file = path.join(folder, `${name}-${seed}.jsonl`);
  if (!begunIn(file)) appendFileSync(file, `${JSON.stringify({ seed } satisfies Begun)}\n`);
  return { seed, file };
};

const linesIn = (file: string): unknown[] => {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);
  } catch {
    return [];
  }
};

const begunIn = (file: string): Begun | undefined => linesIn(file)[0] as Begun | undefined;
const entriesIn = (file: string): Entry[] => linesIn(file).slice(1) as Entry[];

type Progress = { entry: Entry; text: string; times: readonly number[]; of: number; left: number };

const progress = ({ entry, text, times, of, left }: Progress): string => {
  const mean = times.reduce((a, b) => a + b, 0) / times.length;
  const said = entry.row
    ? Object.entries(entry.row)
        .map(([key, value]) => `${key} ${value}`)
        .join(", ")
    : `FAILED: ${entry.problem}`;
  return `${entry.case + 1} of ${of}: ${text}: ${said}; ${(entry.ms / 1000).toFixed(1)} s, about ${Math.ceil((mean * left) / 60_000)} min left`;
};
