import type { LoadedApi } from "../api";
import type { Document } from "../discovery/documents";
import { servedDocument, servedList } from "../discovery/served";
import { notFound } from "../errors";

type Asked = {
  path: string;
  version: string | null;
  url: string;
  apis: readonly Pick<LoadedApi, "name" | "documents">[];
};

/**
 * Google's discovery service, in the place of each API (`/run/$discovery/rest?version=v2`) and of all
 * (`/discovery/v1/apis/run/v2/rest`); undefined for a path that is not its own.
 * @param of.apis those that the request may be for
 * @throws ApiError 404 for a document that is not here
 */
export const discoveryAnswer = ({ path, version, url, apis }: Asked): object | undefined => {
  const documents = apis.flatMap((api) => api.documents);
  if (/^discovery\/v1\/apis\/?$/.test(path)) return servedList(documents, url);
  const [, name, asked] = /^discovery\/v1\/apis\/([\w-]+)\/([\w-]+)\/rest$/.exec(path) ?? [];
  if (name === undefined && !/^(?:\$|%24)discovery\/rest$/.test(path)) return undefined;
  const wanted = asked ?? version;
  const found = documents.filter(
    (document) => (name ?? document.name) === document.name && (wanted ?? document.version) === document.version,
  );
  const [only] = found;
  if (!only || new Set(found.map((document) => document.name)).size > 1) throw notFound(told(documents));
  return servedDocument(only, `${url}/${only.name}/`);
};

const told = (documents: readonly Document[]): string =>
  `Discovery document not found. There are /discovery/v1/apis/<api>/<version>/rest and /<api>/$discovery/rest?version=<version> for ${documents.map(({ name, version }) => `${name} ${version}`).join(", ")}.`;

/**
 * Whether a path is the discovery service's, which at Google asks nobody for a token: exactly what is answered here.
 * @param apis the names before `/$discovery/rest`
 */
export const isDiscovery = (path: string, apis: readonly string[]): boolean => {
  const [, api] = /^(?:\/([\w-]+))?\/(?:\$|%24)discovery\/rest$/.exec(path) ?? [];
  if (api !== undefined) return apis.includes(api);
  return /^\/(?:discovery\/v1\/apis(?:\/|\/[\w-]+\/[\w-]+\/rest)?|(?:\$|%24)discovery\/rest)$/.test(path);
};
