import { refuse, refuseWith, suggestion, type Problem } from "../../infra/problems";
import type { PublishedDatastore } from "../../infra/plan/published";
import type { RunningDatastore, RunningStack } from "./running";

/** A service or a datastore of a running stack, as commands name it: `leads/web`. */
export type Part = { system: string; name: string; kind: string; container: string };

type Named = { system: string; name: string };

export const partsOf = ({ services, datastores }: Pick<RunningStack, "services" | "datastores">): Part[] => [
  ...services.map(({ system, service, kind, container }) => ({ system, name: service, kind, container })),
  ...datastores.map(({ system, name, container }) => ({ system, name, kind: "datastore", container })),
];

export const idOf = ({ system, name }: Named): string => `${system}/${name}`;

/**
 * The parts that names stand for: `leads` is a whole system, `leads/web` one part, `web` every part of that name.
 * Without names: all.
 * @throws ProblemsError with every name that stands for nothing.
 */
export const selectParts = <P extends Named>(of: { names: readonly string[]; parts: readonly P[] }): P[] => {
  const { names, parts } = of;
  if (names.length === 0) return [...parts];
  const chosen = names.map((name) => ({ name, found: parts.filter((part) => isNamed(part, name)) }));
  refuse(chosen.filter(({ found }) => found.length === 0).map(({ name }) => unknown(name, parts)));
  return parts.filter((part) => chosen.some(({ found }) => found.includes(part)));
};

/**
 * The one service that a name stands for; a system stands for its web service where it has only one.
 * @throws ProblemsError where it stands for none or for several.
 */
export const selectService = ({ name, parts }: { name: string; parts: readonly Part[] }): Part => {
  const found = selectParts({ names: [name], parts });
  const webs = found.filter(({ kind }) => kind === "web");
  const only = found.length === 1 ? found : webs;
  if (only.length !== 1) refuseWith(ambiguous(name, webs.length > 1 ? webs : found));
  return only[0] as Part;
};

type Choice = { name: string; datastores: readonly RunningDatastore[] };

/** The one datastore that a name stands for; of a system with several, the first that can be asked in SQL. */
export const selectDatastore = ({ name, datastores }: Choice): RunningDatastore => {
  const found = selectParts({ names: [name], parts: datastores });
  const isSystem = found.every(({ system }) => system === name);
  if (found.length > 1 && !isSystem) refuseWith(ambiguous(name, found));
  return (found.find(({ engine }) => isSql(engine)) ?? found[0]) as RunningDatastore;
};

/** Whether a datastore is asked in SQL, and so holds databases. */
export const isSql = (engine: PublishedDatastore["engine"]): boolean =>
  engine === "postgres" || engine === "postgis" || engine === "mariadb";

/** Whether a name stands for a part: its system's, its own, or both. */
export const isNamed = (part: Named, name: string): boolean =>
  name === part.system || name === part.name || name === idOf(part);

const unknown = (name: string, parts: readonly Named[]): Problem => {
  const ids = parts.map(idOf);
  const words = [...new Set(parts.flatMap((part) => [part.system, part.name, idOf(part)]))];
  return {
    path: name,
    message: `is not part of this stack.${suggestion(name, words)}`,
    cure: `name one of: ${ids.join(", ")}`,
  };
};

const ambiguous = (name: string, found: readonly Named[]): Problem => ({
  path: name,
  message: `matches ${found.length} parts of this stack, and one is needed`,
  cure: `name one of: ${found.map(idOf).join(", ")}`,
});
