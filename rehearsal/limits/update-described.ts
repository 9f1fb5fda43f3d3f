import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Limit } from "./described";

/**
 * Takes the limits that Google's discovery documents state in their descriptions alone, from the folder of documents in the
 * PyPI package google-api-python-client (discovery/update.ts downloads it): npx tsx rehearsal/limits/update-described.ts
 * <folder>. A phrase that is not in the table below limits nothing.
 */
const WANTED = [
  "artifactregistry.v1",
  "cloudresourcemanager.v3",
  "cloudscheduler.v1",
  "iam.v1",
  "logging.v2",
  "monitoring.v3",
  "redis.v1",
  "run.v2",
  "secretmanager.v1",
  "serviceusage.v1",
  "sqladmin.v1",
  "sqladmin.v1beta4",
];

/** What a description says of a part of a field: of a job's name its last part. */
const OF_A_PART = ["cloudscheduler.v1 Job.name"];

type Described = {
  description?: string;
  readOnly?: boolean;
  type?: string;
  format?: string;
  properties?: Record<string, Described>;
};

const NUMBER = "`?(\\d[\\d,]*)`?";
const UNIT = "(s|seconds?|minutes?|hours?|days?)?";

/** A phrase and the limit that it states. */
type Phrase = { says: RegExp; limit: (match: RegExpExecArray, of: Described) => Limit };

const isDuration = ({ format }: Described): boolean => format === "google-duration";

const SECONDS: Record<string, number> = { s: 1, second: 1, minute: 60, hour: 3600, day: 86_400 };
/** A figure, of a duration in seconds. */
const figure = (text = "", unit = "s"): number =>
  Number(text.replaceAll(",", "")) * (SECONDS[unit.replace(/(.)s$/, "$1")] ?? 1);

const between = ([, from, unit, to, last]: RegExpExecArray): Limit => ({
  min: figure(from, unit ?? last),
  max: figure(to, last),
});
const least = ([, from, unit]: RegExpExecArray): Limit => ({ min: figure(from, unit) });
const most = ([, to, unit]: RegExpExecArray): Limit => ({ max: figure(to, unit) });
const longest = ([, to]: RegExpExecArray): Limit => ({ maxLength: figure(to) });
const entries = ([, to]: RegExpExecArray): Limit => ({ maxEntries: figure(to) });

const phrase = (says: string, limit: Phrase["limit"]): Phrase => ({ says: new RegExp(says, "i"), limit });

const NUMBERS: readonly Phrase[] = [
  phrase(
    `must be (?:a value )?(?:in the range|between) ${NUMBER} ?${UNIT} (?:to|and) ${NUMBER} ?${UNIT}(?! \\(octal)`,
    between,
  ),
  phrase(`must be a value between (0\\d+) and (0\\d+) \\(octal\\)`, ([, from = "", to = ""]) => ({
    min: parseInt(from, 8),
    max: parseInt(to, 8),
  })),
  phrase(`valid integers range from ${NUMBER} ?${UNIT} to ${NUMBER}()`, between),
  phrase(`^Range: ${NUMBER}()-${NUMBER} bytes()`, between),
  phrase(`^The value must be between ${NUMBER} ?${UNIT} and ${NUMBER} ?${UNIT}`, between),
  phrase(`can range from ${NUMBER} ?${UNIT} to ${NUMBER} ?${UNIT}`, between),
  phrase(
    `must be greater than or equal to ${NUMBER} ?${UNIT} and (?:typically must be )?less than or equal to ${NUMBER} ?${UNIT}`,
    ([, from, , to]) => ({ min: figure(from), max: figure(to) }),
  ),
  phrase(`${NUMBER} < \\w+ < ${NUMBER}`, ([, from, to]) => ({ min: figure(from) + 1, max: figure(to) - 1 })),
  phrase(`at least ${NUMBER} ?${UNIT}(?: \\(\\w+\\))?[.,]? (?:and )?at most ${NUMBER} ?${UNIT}`, between),
  phrase(`^(?:the )?minimum value (?:of this field )?is ${NUMBER} ?${UNIT}`, least),
  phrase(`the value must be at least ${NUMBER} ?${UNIT}`, least),
  phrase(`^(?:the )?maximum value (?:of this field )?is ${NUMBER} ?${UNIT}`, most),
  phrase(`^a maximum of ${NUMBER}()`, most),
];

const DURATIONS: readonly Phrase[] = [
  phrase(`multiple of a (minute)`, ([, unit]) => ({ multipleOf: figure("1", unit) })),
  phrase(`multiple of ${NUMBER} ?${UNIT}`, ([, text, unit]) => ({ multipleOf: figure(text, unit) })),
];

const TEXTS: readonly Phrase[] = [
  phrase(
    `(?:limited to|(?:may|must) not exceed|must not contain more than|does not exceed|at most,?|maximum length is) ${NUMBER} (?:unicode )?characters`,
    longest,
  ),
  phrase(`maximum length is ${NUMBER} (?:utf-8 )?bytes`, longest),
  phrase(`must not be empty or exceed ${NUMBER} characters`, longest),
  phrase(`minimum of ${NUMBER} characters and a maximum of ${NUMBER} characters`, ([, from, to]) => ({
    minLength: figure(from),
    maxLength: figure(to),
  })),
  phrase(`must be ${NUMBER}-${NUMBER} characters long`, ([, from, to]) => ({
    minLength: figure(from),
    maxLength: figure(to),
  })),
  phrase("match the regular expression:? `?(\\[\\S+[^\\s`.])`?", ([, pattern = ""]) => ({
    pattern: pattern.replace(/`.*/, ""),
  })),
  phrase("specified as a DNS_LABEL \\(RFC 1123\\)", () => ({ pattern: "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?" })),
];

const COLLECTIONS: readonly Phrase[] = [
  phrase(`(?:can|may) contain up to ${NUMBER} entries`, entries),
  phrase(`^a list of up to ${NUMBER}`, entries),
  phrase(`can enable a maximum of ${NUMBER} services`, entries),
  phrase(`no more than ${NUMBER} \\w+ can be assigned`, entries),
  phrase(`each key and value is limited to ${NUMBER} unicode characters`, ([, to]) => ({
    maxKey: figure(to),
    maxValue: figure(to),
  })),
  phrase(`label keys and values may be no longer than ${NUMBER} characters`, ([, to]) => ({
    maxKey: figure(to),
    maxValue: figure(to),
  })),
  phrase(`label keys and values have a maximum length of ${NUMBER} characters`, ([, to]) => ({
    maxKey: figure(to),
    maxValue: figure(to),
  })),
  phrase(`label keys must be between 1 and ${NUMBER} characters`, ([, to]) => ({ maxKey: figure(to) })),
  phrase(`label values must be between 0 and ${NUMBER} characters`, ([, to]) => ({ maxValue: figure(to) })),
  phrase(`with a maximum length of ${NUMBER} characters`, ([, to]) => ({ maxKey: figure(to) })),
  phrase(
    `must begin with a lowercase letter and may only contain lowercase letters, numeric characters, underscores, and dashes`,
    () => ({
      keys: "[a-z][a-z0-9_-]*",
    }),
  ),
  phrase(`annotation keys must be between 1 and ${NUMBER} characters`, ([, to]) => ({ maxKey: figure(to) })),
];

const phrasesFor = (of: Described): readonly Phrase[] => {
  if (of.type === "array" || of.type === "object") return COLLECTIONS;
  if (isDuration(of)) return [...NUMBERS, ...DURATIONS];
  if (of.type === "string" && of.format === undefined) return TEXTS;
  return of.type === "integer" || of.format === "int64" ? NUMBERS : [];
};

const limitOf = (of: Described): Limit => {
  // Sentences, some of which lack the space between them.
  const sentences = (of.description ?? "").split(/(?<=[.;])\s+|(?<=[a-z]\.)(?=[A-Z])/);
  const found = sentences.flatMap((sentence) =>
    phrasesFor(of).flatMap(({ says, limit }) => {
      const match = says.exec(sentence);
      return match ? [limit(match, of)] : [];
    }),
  );
  return Object.assign({}, ...found) as Limit;
};

const update = (folder: string): void => {
  const read = WANTED.map((name) => {
    const { revision, schemas } = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as {
      revision: string;
      schemas: Record<string, Described>;
    };
    const limits = Object.entries(schemas).flatMap(([schema, { properties = {} }]) =>
      Object.entries(properties)
        .filter(([, { readOnly, description = "" }]) => !readOnly && !description.startsWith("Output only"))
        .map(([key, of]) => [`${schema}.${key}`, limitOf(of)] as const)
        .filter(([key]) => !OF_A_PART.includes(`${name} ${key}`))
        .filter(([, limit]) => Object.keys(limit).length > 0),
    );
    return { name, revision, limits: Object.fromEntries(limits) };
  });
  const content = {
    source: "the descriptions in Google's discovery documents",
    dates: Object.fromEntries(read.map(({ name, revision }) => [name, revision])),
    limits: Object.fromEntries(read.map(({ name, limits }) => [name, limits])),
  };
  writeFileSync(join(import.meta.dirname, "described.json"), `${JSON.stringify(content)}\n`);
};

update(process.argv[2] ?? ".");
