import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Document, Schema } from "../documents";
import type { Numbered } from "./numbers";

/** Writes numbers.json from the messages in Google's Node clients: npx tsx rehearsal/discovery/enums/update.ts */
const PACKAGES = [
  "@google-cloud/artifact-registry@5.1.0",
  "@google-cloud/monitoring@6.1.1",
  "@google-cloud/redis@6.0.0",
  "@google-cloud/resource-manager@6.3.0",
  "@google-cloud/run@4.2.0",
  "@google-cloud/scheduler@6.0.0",
  "@google-cloud/secret-manager@7.2.0",
  "@google-cloud/service-usage@4.2.2",
  "@google-cloud/sql@0.32.0",
];

/** The same from packages that hold no such file: google/iam/admin/v1/iam.proto and google/logging/type/log_severity.proto. */
const BY_HAND: Numbered[] = [
  {
    from: "google.iam.admin.v1.Role.RoleLaunchStage",
    numbers: { ALPHA: 0, BETA: 1, GA: 2, DEPRECATED: 4, DISABLED: 5, EAP: 6 },
  },
  { from: "google.iam.admin.v1.LintResult.Level", numbers: { LEVEL_UNSPECIFIED: 0, CONDITION: 3 } },
  {
    from: "google.logging.type.LogSeverity",
    numbers: {
      ...{ DEFAULT: 0, DEBUG: 100, INFO: 200, NOTICE: 300, WARNING: 400, ERROR: 500 },
      ...{ CRITICAL: 600, ALERT: 700, EMERGENCY: 800 },
    },
  },
];

type Proto = { nested?: Record<string, Proto>; values?: Record<string, number> };

const update = (): void => {
  const folder = mkdtempSync(join(tmpdir(), "enums-"));
  for (const name of PACKAGES) execFileSync("npm", ["pack", "--silent", "--pack-destination", folder, name]);
  const known = [...readdirSync(folder).flatMap((file) => enumsIn(folder, file)), ...BY_HAND];
  rmSync(folder, { recursive: true });
  const documents = join(import.meta.dirname, "../documents");
  const lists = readdirSync(documents).flatMap((file) =>
    listsIn(JSON.parse(readFileSync(join(documents, file), "utf8")) as Document),
  );
  const distinct = new Map(lists.map((names) => [names.join(), names]));
  const enums = [...distinct.keys()].sort().flatMap((key) => numbered(distinct.get(key) ?? [], known));
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(
    join(import.meta.dirname, "numbers.json"),
    `${JSON.stringify({ source: PACKAGES, date, enums }, null, 1)}\n`,
  );
};

const enumsIn = (folder: string, file: string): Numbered[] => {
  execFileSync("tar", ["xzf", join(folder, file), "-C", folder, "package/build/protos/protos.json"]);
  const path = join(folder, "package/build/protos/protos.json");
  return existsSync(path) ? enumsBelow("", JSON.parse(readFileSync(path, "utf8")) as Proto) : [];
};

const enumsBelow = (from: string, { nested = {}, values }: Proto): Numbered[] => [
  ...(values ? [{ from, numbers: values }] : []),
  ...Object.entries(nested).flatMap(([name, inner]) => enumsBelow(from ? `${from}.${name}` : name, inner)),
];

/** Every list of names in a document. */
const listsIn = ({ methods, schemas }: Document): string[][] => {
  const inSchema = (schema: Schema): string[][] => [
    ...(schema.enum && schema.type === "string" ? [schema.enum] : []),
    ...Object.values(schema.properties ?? {}).flatMap(inSchema),
    ...(schema.items ? inSchema(schema.items) : []),
  ];
  return [
    ...Object.values(schemas).flatMap(inSchema),
    ...methods.flatMap(({ parameters }) => Object.values(parameters).flatMap(inSchema)),
  ];
};

/**
 * The numbers of a list, where they are not those of its order. The packages and the documents are of different days: an
 * enum is the one with the same first name and most of the names, and what it lacks follows the name before.
 */
const numbered = (names: readonly string[], known: readonly Numbered[]): Numbered[] => {
  const likeness = ({ numbers }: Numbered): number => {
    if (!Object.hasOwn(numbers, names[0] ?? "")) return 0;
    const shared = names.filter((name) => Object.hasOwn(numbers, name)).length;
    return shared / (names.length + Object.keys(numbers).length - shared);
  };
  const [best] = [...known].sort((a, b) => likeness(b) - likeness(a));
  if (!best || likeness(best) < 0.7) return [];
  let last = -1;
  const numbers = names.map((name) => [name, (last = best.numbers[name] ?? last + 1)] as const);
  if (numbers.every(([, number], index) => number === index)) return [];
  return [{ from: best.from, numbers: Object.fromEntries(numbers) }];
};

update();
