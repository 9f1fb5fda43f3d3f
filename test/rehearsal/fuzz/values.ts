import fc from "fast-check";
import { PROJECT } from "../cloud";

/** Ids that break what takes them for a word, a path, a key or a number. */
export const HOSTILE: readonly string[] = [
  ...[
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "%2F",
    "a%2Fb",
    "%zz",
    "%ff",
    "%00",
    "..",
    ".",
    "-",
    "*",
  ],
  ...[
    "%E2%98%83",
    "%F0%9F%A6%84",
    "a".repeat(300),
    "a".repeat(6000),
    "0",
    "-1",
    "NaN",
    "null",
    "true",
    "A B".replace(" ", "%20"),
  ],
  ...["'%22;DROP%20TABLE%20x;--", "$%7Bx%7D", "%5C", "a:b", "a@b.c", "projects", "latest", "x".repeat(63), "1e999"],
];

/** Ids that something may have. */
const LIKELY: readonly string[] = ["fuzz", "fuzz-two", "main", "1", "2", "latest", "postgres", "app"];

const REGIONS: readonly string[] = ["europe-west1", "us-central1", "-", "global", "nowhere"];

const email = (id: string): string => `${id}@${PROJECT}.iam.gserviceaccount.com`;

const mostly = <T>(likely: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 5, arbitrary: likely }, { weight: 1, arbitrary: other });

const hostile = fc.constantFrom(...HOSTILE);

/** The part of a path that stands behind this part: an id, the project, a region. */
export const partAfter = (before: string): fc.Arbitrary<string> => {
  if (before === "projects" || before === "project")
    return mostly(fc.constant(PROJECT), fc.oneof(fc.constantFrom("-", "other"), hostile));
  if (before === "locations") return mostly(fc.constantFrom(...REGIONS), hostile);
  if (before === "serviceAccounts") return mostly(fc.constantFrom("fuzz-account", "-").map(email), hostile);
  if (before === "services")
    return mostly(fc.constantFrom("fuzz", "run.googleapis.com", "none.googleapis.com"), hostile);
  return mostly(fc.constantFrom(...LIKELY), hostile);
};

/** Any JSON, with names that break objects. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, "", "x".repeat(2000), [], {}, [[]], "☃", "\u0000", "${x}"),
  fc.constantFrom(...HOSTILE),
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
  fc.constantFrom(...HOSTILE).map((key) => JSON.parse(`{${JSON.stringify(key)}:{"a":1}}`) as unknown),
);

/** Mostly the one, seldom the other. */
export const rarely = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: other });

/** At most so many of a list. */
export const few = <T>(of: readonly T[], most: number): fc.Arbitrary<T[]> =>
  fc.subarray([...of], { maxLength: Math.min(most, of.length) });
