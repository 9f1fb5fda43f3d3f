import type { LoadedApi } from "./api";

/** A row of the table of what is answered: the methods of an API that Google describes and those that are done here. */
type Row = { api: string; described: number; answered: number; missing: string };

/**
 * The table of README.md: per API how many of the described methods are answered, and which are not. What stands for all methods of a
 * resource, and of those below it, is `resource.*`.
 */
export const coverageTable = (apis: readonly LoadedApi[]): string => {
  const rows = apis.map(rowOf);
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return [
    "| API | answered | not answered: 501 |",
    "| --- | --- | --- |",
    ...rows.map(({ api, described, answered, missing }) => `| ${api} | ${answered} of ${described} | ${missing} |`),
    `| all | ${sum(({ answered }) => answered)} of ${sum(({ described }) => described)} | |`,
  ].join("\n");
};

const rowOf = ({ name, versions, documents, handlers }: LoadedApi): Row => {
  const described = new Set(documents.flatMap(({ methods }) => methods.map(({ id }) => id)));
  const answered = [...described].filter((id) => id in handlers);
  return {
    api: `${name} ${versions.join(", ")}`,
    described: described.size,
    answered: answered.length,
    missing: listed(foldersOf([...described]), new Set(answered)).join(", "),
  };
};

type Folder = { verbs: string[]; inner: Map<string, Folder> };

/** The methods by the resources that their ids name: without the API, and without where everything lies. */
const foldersOf = (ids: readonly string[]): [string, Folder][] => {
  const root: Folder = { verbs: [], inner: new Map() };
  for (const id of ids) {
    const parts = id.split(".").slice(1);
    const folder = parts.slice(0, -1).reduce((at, part) => {
      const next = at.inner.get(part) ?? { verbs: [], inner: new Map<string, Folder>() };
      at.inner.set(part, next);
      return next;
    }, root);
    folder.verbs.push(id);
  }
  return [["", root]];
};

const listed = (folders: readonly [string, Folder][], answered: ReadonlySet<string>): string[] =>
  folders.flatMap(([path, folder]) => {
    const all = idsIn(folder);
    if (path !== "" && all.every((id) => !answered.has(id))) return [`${path}.*`];
    const missing = folder.verbs.filter((id) => !answered.has(id)).map((id) => id.split(".").at(-1) ?? "");
    const own = missing.length === 0 ? [] : [`${path ? `${path}.` : ""}${oneOf(missing)}`];
    const inner = [...folder.inner].map(([name, next]): [string, Folder] => [inPath(path, name), next]);
    return [...own, ...listed(inner, answered)];
  });

/** "projects.locations.services" as "services": nearly everything lies in the same places. */
const inPath = (path: string, name: string): string =>
  [path, name]
    .filter(Boolean)
    .join(".")
    .replace(/^projects\.locations\.(?=\w)/, "");

const oneOf = (verbs: readonly string[]): string => (verbs.length === 1 ? verbs[0]! : `{${verbs.join(", ")}}`);

const idsIn = ({ verbs, inner }: Folder): string[] => [...verbs, ...[...inner.values()].flatMap(idsIn)];

const [BEGIN, END] = ["<!-- prettier-ignore-start -->", "<!-- prettier-ignore-end -->"];

/** README.md with this table in the place of the one that it has. */
export const withTable = (text: string, table: string): string => {
  const [before = "", rest = ""] = text.split(BEGIN);
  const [, after = ""] = rest.split(END);
  return `${before}${BEGIN}\n${table}\n${END}${after}`;
};
