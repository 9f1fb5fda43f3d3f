import { refuse } from "../../../infra/problems";
import { requireRecord } from "../../stack/guards";
import type { RunningStack } from "../../stack/running";
import { idOf, selectParts, type Part } from "../../stack/select";
import { command } from "../../stack/stack";

/** A job that applies migrations: `leads/migrate`. */
export type MigrationJob = Part & {
  /** Its command in the published plan. */
  command: readonly string[];
};

type Named = { running: Pick<RunningStack, "published" | "services" | "stack">; names: readonly string[] };

/**
 * The migration jobs of the systems (or single jobs) named, in the order in which updates run them.
 * @throws ProblemsError for an unknown name, and where no recorded plan says which jobs migrate.
 */
export const migrationJobs = ({ running, names }: Named): MigrationJob[] => {
  requireRecord({ running, fact: "which jobs migrate" });
  const { published, services, stack } = running;
  const jobs = services.flatMap(({ system, service, kind, container }) => {
    const definition = published.plan.services.find((planned) => planned.container === container);
    return definition?.rerunOn === "migrations"
      ? [{ system, name: service, kind, container, command: definition.command ?? [] }]
      : [];
  });
  const off = names.filter((name) => isOff({ name, jobs, published }));
  refuse(
    off.map((name) => ({
      path: name,
      message: "is not in this stack: its database is on demand, and off",
      cure: command("mariadb on", stack),
    })),
  );
  if (jobs.length === 0)
    refuse([{ path: `stack ${stack.name}`, message: "has no migrations", cure: command("start", stack) }]);
  return selectParts({ names, parts: jobs });
};

type Candidate = { name: string; jobs: readonly MigrationJob[]; published: RunningStack["published"] };

const isOff = ({ name, jobs, published: { plan } }: Candidate): boolean =>
  !jobs.some((job) => [job.name, idOf(job)].includes(name)) &&
  plan.resting.some(({ id }) => id === name || id.endsWith(`/${name}`));
