import { suggestion, when, type Problem } from "../problems";
import type { Datastore, EnvValue, System } from "./vocabulary";

type Naming = Record<"path" | "kind" | "name", string> & { known: readonly string[] };

/** The problem of a name that refers to nothing of its kind. */
export const unknownProblem = ({ path, kind, name, known }: Naming): Problem[] =>
  // A suggestion takes time: it is looked for only where a name is unknown.
  when(!known.includes(name), name).map((unknown) => ({
    path,
    message: `there is no ${kind} ${unknown}.${suggestion(unknown, known)} Known: ${known.join(", ") || "none"}`,
    cure: "name one of these, or add it",
  }));

const namesOf = <T>(parts: Readonly<Record<string, T>>, fits: (part: T) => boolean): string[] =>
  Object.entries(parts).flatMap(([name, part]) => when(fits(part), name));

/** The services of a kind, and the datastores that run on demand. */
export const servicesOf = ({ services }: System, kind: "job" | "web"): string[] =>
  namesOf(services, (service) => service.kind === kind);
export const onDemandOf = ({ datastores }: System): string[] =>
  namesOf(datastores, (datastore) => "onDemand" in datastore);

type Place = { path: string; system: System; /** The datastore whose presence whenOn has checked. */ guarded?: string };

/** A variable refers to parts of its system, and to one that runs on demand only under whenOn. */
export const envProblems = (value: EnvValue, place: Place): Problem[] => {
  if (typeof value === "string") return [];
  const { path, system } = place;
  switch (value.kind) {
    case "secret":
      return unknownProblem({ path, kind: "secret", name: value.secret, known: Object.keys(system.secrets) });
    case "database": {
      const found = system.datastores[value.datastore];
      const known = found && "databases" in found ? found.databases.map(({ name }) => name) : [value.database];
      return [
        ...datastoreProblems(value.datastore, ["postgres", "postgis", "mariadb"], place),
        ...unknownProblem({ path, kind: "database", name: value.database, known }),
      ];
    }
    case "redis":
    case "messaging":
      return datastoreProblems(value.datastore, [value.kind], place);
    case "topic":
      return datastoreProblems(value.datastore, ["messaging"], place);
    case "serviceUrl":
      return unknownProblem({ path, kind: "web service", name: value.service, known: servicesOf(system, "web") });
    case "whenOn":
      return [
        ...unknownProblem({ path, kind: "on-demand datastore", name: value.datastore, known: onDemandOf(system) }),
        ...envProblems(value.value, { ...place, guarded: value.datastore }),
      ];
    case "hotReload":
    case "byEnvironment":
    case "allowedHosts":
    case "forwardedOrigins":
      return [];
  }
};

const datastoreProblems = (
  name: string,
  engines: readonly Datastore["engine"][],
  { path, system, guarded }: Place,
): Problem[] => [
  ...unknownProblem({
    ...{ path, name, kind: `${engines.join("/")} datastore` },
    known: namesOf(system.datastores, ({ engine }) => engines.includes(engine)),
  }),
  ...when(onDemandOf(system).includes(name) && guarded !== name, {
    path,
    message: `${name} runs on demand, so the variable may be absent`,
    cure: `write whenOn("${name}", ...)`,
  }),
];
