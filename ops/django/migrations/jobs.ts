import { catalogue } from "../../../infra/catalogue";
import type { System } from "../../../infra/catalogue/vocabulary";
import { refuse } from "../../../infra/problems";
import type { RunningStack } from "../../stack/running";
import { idOf, selectParts, type Part } from "../../stack/select";
import { command } from "../../stack/stack";

/** A job that applies migrations: `leads/migrate`. */
export type MigrationJob = Part & {
  /** What it runs, as the catalogue says. */
  command: readonly string[];
};

/**
 * The migration jobs of the systems (or single jobs) named, in the order in which updates run them.
 * @throws ProblemsError for a name that stands for none.
 */
export const migrationJobs = ({
  running: { services, stack },
  names,
}: {
  running: Pick<RunningStack, "services" | "stack">;
  names: readonly string[];
}): MigrationJob[] => {
  const jobs = services.flatMap(({ system, service, kind, container }) => {
    const definition = (catalogue as Record<string, System>)[system]?.services[service];
    return definition?.kind === "job" && definition.rerunOn === "migrations"
      ? [{ system, name: service, kind, container, command: definition.command ?? [] }]
      : [];
  });
  const off = names.filter((name) => isOff(name, jobs));
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

const isOff = (name: string, jobs: readonly MigrationJob[]): boolean => {
  if (jobs.some((job) => [job.name, idOf(job)].includes(name))) return false;
  return Object.entries<System>(catalogue).some(([system, { services }]) =>
    Object.entries(services).some(
      ([service, { onlyWith }]) => onlyWith !== undefined && [service, `${system}/${service}`].includes(name),
    ),
  );
};
