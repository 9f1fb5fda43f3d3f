import { reviewApplied } from "../../infra/targets/review-migrations";
import { runInCloud } from "../django/manage/cloud";
import type { Google } from "../django/manage/google";
import { inWords, stepSchema } from "../django/migrations/review";

type Asking = { google: Google; stack: string };
/** A revision of a web service: "projects/p/locations/l/services/s/revisions/r". */
type Of = { system: string; name: string; revision: string };

const UNKNOWN = "fleet-unknown ";
const REVIEWED = "fleet-reviewed ";

/** What the databases have applied and the code that runs this does not know; a squashed migration knows those it replaces. */
const UNKNOWN_SCRIPT = `
import json
from django.db import connections
from django.db.migrations.loader import MigrationLoader
found = {}
for alias in connections:
    loader = MigrationLoader(connections[alias])
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update(tuple(replaced) for replaced in migration.replaces)
    unknown = sorted(f"{app}.{name}" for app, name in set(loader.applied_migrations) - known)
    if unknown: found[alias] = unknown
print("${UNKNOWN}" + json.dumps(found))
`;

/** By Django's name of each database, the migrations that are applied there and that a revision's code does not know. */
export type Unknown = Record<string, string[]>;

/** Asks the code of a revision, in a job with its image and environment: one that cannot start any more says so here. */
export const unknownTo = async (asking: Asking, of: Of): Promise<Unknown> =>
  JSON.parse(await printed(asking, of, { script: UNKNOWN_SCRIPT, mark: UNKNOWN })) as Unknown;

/** An applied migration, and each reason why the code of before may not bear it. */
export type Over = { migration: string; why: string[] };

/** Reviews migrations by the newest code, which knows them. */
export const reviewedBy = async (asking: Asking, of: Of, unknown: Unknown): Promise<Over[]> => {
  const script = reviewApplied({ mark: REVIEWED, applied: unknown });
  const steps = stepSchema
    .pick({ migration: true, operations: true })
    .array()
    .parse(JSON.parse(await printed(asking, of, { script, mark: REVIEWED })));
  return Object.values(unknown)
    .flat()
    .map((migration) => {
      const step = steps.find((each) => each.migration === migration);
      if (step === undefined) return { migration, why: ["not judged: neither code knows it"] };
      // What locks is over.
      const found = step.operations.flatMap(({ findings }) => findings);
      return { migration, why: found.filter(({ kind }) => BREAKING.includes(kind)).map(inWords) };
    });
};

const BREAKING = ["breaks the code that still serves", "not judged"];

const printed = async (
  { google, stack }: Asking,
  { system, name, revision }: Of,
  of: { script: string; mark: string },
): Promise<string> => {
  const lines: string[] = [];
  const { failure } = await runInCloud({
    ...{ google, stack, service: { system, name, resource: revision } },
    words: ["shell", "--verbosity", "0", "--command", of.script],
    show: (line) => void lines.push(line),
    report: () => undefined,
  });
  const line = lines
    .join("\n")
    .split("\n")
    .find((each) => each.startsWith(of.mark));
  if (line !== undefined) return line.slice(of.mark.length);
  throw new Error(
    `${revision.split("/").pop()} could not be asked for its migrations: ${failure ?? lines.join(" ").slice(-400)}`,
  );
};
