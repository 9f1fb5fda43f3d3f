import type { Cloud, LoadedApi } from "./api";
import { findRoute, hasPath, routesOf, type Match, type Route } from "./discovery/routes";
import { Schemas } from "./discovery/schemas";
import { isEnabled } from "./enabled";
import { notFound, unanswered } from "./errors";
import { apiByHost } from "./hosts";
import type { Stored } from "./operations";

export type Answering = { api: LoadedApi; routes: Route[]; schemas: Map<object, Schemas> };

export type Routed = { answering: Answering; match: Match };

/** The APIs that a request may be for, and the path below their root. */
export type Placed = { answerings: readonly Answering[]; path: string };

type Looked = Pick<Cloud, "store" | "project">;

/**
 * Finds the API of a request. It is the first part of its path ("/run/v2/projects/…"), or its host's, or,
 * at one host for all with Google's own paths, whichever has the path.
 */
export class Routing {
  readonly #answerings: readonly Answering[];
  readonly #apiOf: (host: string) => string | undefined;

  constructor({ url }: Pick<Cloud, "url">, apis: readonly LoadedApi[]) {
    this.#apiOf = apiByHost({ port: Number(new URL(url).port), apis });
    this.#answerings = apis.map((api) => ({
      api,
      routes: routesOf(api.documents),
      schemas: new Map(api.documents.map((document) => [document, new Schemas(document)])),
    }));
  }

  placed({ path, host }: { path: string; host: string }): Placed {
    const [, first = "", rest = ""] = /^\/([^/]*)\/?(.*)$/.exec(path) ?? [];
    const byPath = this.#answerings.find(({ api }) => api.name === first);
    if (byPath) return { answerings: [byPath], path: rest };
    const named = this.#apiOf(host);
    const byHost = this.#answerings.filter(({ api }) => api.name === named);
    return { answerings: byHost.length > 0 ? byHost : this.#answerings, path: path.slice(1) };
  }
}

/** @throws ApiError 404 for a path that the API does not have, 501 for one that no API here has */
export const routeIn = (of: { cloud: Looked; placed: Placed; verb: string }): Routed => {
  const { cloud, placed, verb } = of;
  const { answerings, path } = placed;
  const found = answerings.flatMap((answering): Routed[] => {
    const match = findRoute(answering.routes, verb, path);
    return match ? [{ answering, match }] : [];
  });
  const [routed] = found.length > 1 ? likeliest(cloud, found) : found;
  if (routed) return routed;
  const known = answerings.filter(({ routes }) => hasPath(routes, path));
  const one = answerings.length === 1 ? answerings[0] : known[0];
  if (!one) throw unanswered(`there is no API in the rehearsal that has /${path}`);
  throw notFound(
    `The requested URL /${path} was not found on this server${known.length > 0 ? ` for ${verb}` : ""}. (${one.api.name})`,
  );
};

/** Operations and locations have the same paths in several APIs. An operation's own work says whose it is. */
const likeliest = (cloud: Looked, found: readonly Routed[]): Routed[] => {
  const answered = found.filter(({ answering, match }) => answering.api.handlers[match.method.id]);
  const candidates = answered.length > 0 ? answered : found;
  const operation = cloud.store.get<Stored>("operations", candidates[0]?.match.params["name"] ?? "");
  const owner = candidates.filter(({ answering }) => operation?.work.startsWith(`${answering.api.name}.`));
  const enabled = candidates.filter(({ answering }) => isEnabled(cloud, answering.api.service));
  return [...owner, ...enabled, ...candidates];
};

/** Whether a path is one of Google's second versions (`/v2/projects/…`), which begin as all paths of an image registry do. */
export const besideRegistry = (apis: readonly LoadedApi[]): ((url: string) => boolean) => {
  const sources = apis.flatMap(({ documents }) => routesOf(documents)).map(({ pattern }) => pattern.source);
  const words = sources.flatMap((source) => /^\^v2\\\/\(?([a-zA-Z]+)/.exec(source)?.[1] ?? []);
  const isOne = new RegExp(`^/v2/(?:${[...new Set(words)].join("|")})(?:[/:?]|$)`);
  return (url) => isOne.test(url);
};
