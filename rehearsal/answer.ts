import type { Call, Cloud, LoadedApi } from "./api";
import type { Caller } from "./callers";
import { requireEnabled } from "./enabled";
import { checkAnswer, checkRequest } from "./discovery/validate";
import { unrehearsedIn } from "./discovery/rehearsed";
import { findRoute, hasPath, routesOf, type Match, type Route } from "./discovery/routes";
import { Schemas } from "./discovery/schemas";
import { isDryRun, dryRunOf } from "./dry-run";
import { ApiError, apiErrorOf, badRequest, notFound, notRehearsed } from "./errors";
import { changedProblems } from "./limits/check";
import { requireLocation } from "./limits/names";
import { noteOf, type Entry } from "./report";
import { demandsOf } from "./rights/authorise";
import { demand } from "./rights/demands";
import type { Resource } from "./store";

export type Request = {
  verb: string;
  /** Below the server's root: the API's name, then Google's own path. */
  path: string;
  query: URLSearchParams;
  body: string;
  caller: Caller;
  /** Whether it only looks (looks.ts). */
  isLook?: boolean;
};

export type Answer = { code: number; headers: Record<string, string>; body: object; note: Partial<Entry> };

type Answering = { api: LoadedApi; routes: Route[]; schemas: Map<object, Schemas> };

/** Makes what answers a request: finds its method, checks it, lets the API's handler do it. */
export const answererOf = ({ cloud, apis }: { cloud: Cloud; apis: readonly LoadedApi[] }) => {
  const answerings = new Map(apis.map((api) => [api.name, answeringOf(api)]));
  return async (request: Request): Promise<Answer> => {
    const [, name = "", path = ""] = /^\/([^/]*)\/?(.*)$/.exec(request.path) ?? [];
    const note: Partial<Entry> = { api: name };
    try {
      const answering = answerings.get(name);
      if (!answering) throw unanswered(`there is no API ${name} in the rehearsal`);
      const body = await handle({ cloud, answering, path, request, note });
      return { code: 200, headers: {}, body, note };
    } catch (error) {
      const known = apiErrorOf(error);
      return { code: known.code, headers: known.headers, body: known.toBody(), note: { ...note, ...noteOf(known) } };
    }
  };
};

const answeringOf = (api: LoadedApi): Answering => ({
  api,
  routes: routesOf(api.documents),
  schemas: new Map(api.documents.map((document) => [document, new Schemas(document)])),
});

type Handling = { cloud: Cloud; answering: Answering; path: string; request: Request; note: Partial<Entry> };

const handle = async (of: Handling): Promise<Resource> => {
  const { cloud, answering, request, note } = of;
  const match = matchOf(of);
  note.method = match.method.id;
  const schemas = answering.schemas.get(match.document)!;
  const { body, query, violations } = checkRequest({
    schemas,
    match,
    query: request.query,
    body: parsed(request.body),
  });
  if (violations.length > 0) {
    note.violations = violations.map(({ description }) => description);
    throw badRequest(...violations);
  }
  const handler = answering.api.handlers[match.method.id];
  if (!handler) throw unanswered(`the rehearsal does not do ${match.method.id} yet`);
  if (!request.isLook) cloud.faults.failMethod(match.method.id);
  requireEnabled(cloud, answering.api);
  requireLocation(answering.api.name, match.params);
  const { document, method, params } = match;
  const at = isDryRun({ query, body }) ? dryRunOf(cloud) : cloud;
  const ask: Call["demand"] = (wanted) => demand({ grants: at.grants, caller: request.caller, note }, wanted);
  authorise({ ...of, cloud: at }, { match, body, ask });
  refuseUnrehearsed(answering.api, { schemas, method, body });
  const { caller } = request;
  const immutable = schemas.immutableIn(method);
  const limits = (changed: Resource) => changedProblems({ schemas, method, body: changed });
  const call = {
    limits,
    ...at,
    caller,
    demand: ask,
    version: document.version,
    method,
    params,
    query,
    body,
    immutable,
  };
  const answer = await handler(call);
  const own = checkAnswer(schemas, match, answer);
  if (own.length > 0) note.ownViolations = own.map(({ description }) => description);
  return answer;
};

type Authorising = { match: Match; body: Resource; ask: Call["demand"] };

/** @throws ApiError 403 where the caller lacks a permission, 501 where the method's permissions are not known */
const authorise = ({ cloud, answering: { api } }: Handling, { match, body, ask }: Authorising): void => {
  const policyOf = (resource: string) => cloud.grants.policyOf(resource);
  const demands = demandsOf({ match, body, service: api.service, project: cloud.project, policyOf });
  if (!demands) throw unanswered(`it is not known which permissions ${match.method.id} needs`);
  demands.forEach(ask);
};

type Asked = { schemas: Schemas; method: Match["method"]; body: Resource };

/** @throws ApiError 501 for a field that would be ignored */
const refuseUnrehearsed = ({ rehearsed }: LoadedApi, { schemas, method, body }: Asked): void => {
  const paths = rehearsed ? unrehearsedIn({ schemas, method, rehearsed, body }) : [];
  if (paths.length > 0) throw notRehearsed(`${paths.join(" and ")} ${paths.length === 1 ? "is" : "are"}`);
};

const matchOf = ({ answering, path, request }: Pick<Handling, "answering" | "path" | "request">): Match => {
  const match = findRoute(answering.routes, request.verb, path);
  if (match) return match;
  const known = hasPath(answering.routes, path);
  throw notFound(
    `The requested URL /${path} was not found on this server${known ? ` for ${request.verb}` : ""}. (${answering.api.name})`,
  );
};

const parsed = (text: string): unknown => {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest({ field: "", description: `Invalid JSON payload received. ${(error as Error).message}` });
  }
};

const unanswered = (message: string): ApiError =>
  new ApiError({ status: "UNIMPLEMENTED", message: `rehearsal: ${message}` });
