import type { IncomingHttpHeaders } from "node:http";
import type { Call, Cloud, LoadedApi } from "./api";
import type { Caller } from "./callers";
import { requireEnabled } from "./enabled";
import { checkAnswer, checkRequest } from "./discovery/validate";
import { unrehearsedIn } from "./discovery/rehearsed";
import { withNumericEnums } from "./discovery/numeric-enums";
import type { Match } from "./discovery/routes";
import type { Schemas } from "./discovery/schemas";
import { withDigits } from "./discovery/times";
import { isDryRun, dryRunOf } from "./dry-run";
import { apiErrorOf, badRequest, notRehearsed, unanswered } from "./errors";
import { bodyText, parsedBody } from "./http/body";
import { discoveryAnswer } from "./http/discovery";
import { maskOf } from "./http/fields";
import { overridden } from "./http/override";
import { plainQuery, systemOf, type System } from "./http/system";
import { checkUserProject } from "./http/user-project";
import { changedProblems } from "./limits/check";
import { requireLocation } from "./limits/names";
import { productOf, productsErrors } from "./products";
import { noteOf, type Entry } from "./report";
import { demandsOf } from "./rights/authorise";
import { demand } from "./rights/demands";
import { routeIn, Routing, type Placed } from "./routing";
import type { Resource } from "./store";

export type Request = {
  verb: string;
  /** Below the server's root: Google's own path, with or without the API's name before it. */
  path: string;
  /** As it was sent. */
  query: string;
  body: Buffer;
  headers: IncomingHttpHeaders;
  caller: Caller;
  /** Whether it only looks (looks.ts). */
  isLook?: boolean;
};

export type Answer = {
  code: number;
  headers: Record<string, string>;
  body: object;
  pretty: boolean;
  note: Partial<Entry>;
};

/** A request as its client means it. */
type Meant = Pick<Request, "caller" | "isLook"> & {
  verb: string;
  path: string;
  host: string;
  query: URLSearchParams;
  body: unknown;
  system: System;
};

/** Makes what answers a request: finds its method, checks it, lets the API's handler do it. */
export const answererOf = ({ cloud, apis }: { cloud: Cloud; apis: readonly LoadedApi[] }) => {
  const routing = new Routing(cloud, apis);
  return async (asked: Request): Promise<Answer> => {
    const note: Partial<Entry> = { api: asked.path.split("/")[1] ?? "" };
    let pretty = true;
    try {
      const request = meantBy(asked);
      ({ pretty } = request.system);
      const placed = routing.placed(request);
      const body = described({ cloud, placed, request }) ?? (await handle({ cloud, placed, request, note }));
      return { code: 200, headers: {}, body, pretty, note };
    } catch (error) {
      const known = apiErrorOf(error);
      const { code, headers } = known;
      return {
        code,
        headers,
        body: known.toBody(productsErrors(note.api)),
        pretty,
        note: { ...note, ...noteOf(known) },
      };
    }
  };
};

/** @throws ApiError 400 for a body that cannot be read, 501 for an answer in another format */
const meantBy = ({ headers, caller, isLook = false, path, ...sent }: Request): Meant => {
  const { verb, query, body } = overridden({ ...sent, headers, body: bodyText({ headers, body: sent.body }) });
  const asked = new URLSearchParams(query);
  const system = systemOf({ query: asked, headers });
  const host = headers.host ?? "";
  return { verb, path, host, query: plainQuery(asked), body: parsedBody(body), system, caller, isLook };
};

type Asking = { cloud: Cloud; placed: Placed; request: Meant };

/** The answer of Google's discovery service, where it is asked. */
const described = ({ cloud, placed: { answerings, path }, request }: Asking): object | undefined => {
  if (request.verb !== "GET") return undefined;
  const apis = answerings.map(({ api }) => api);
  return discoveryAnswer({ path, version: request.query.get("version"), url: cloud.url, apis });
};

type Handling = Asking & { note: Partial<Entry> };

const handle = async (of: Handling): Promise<object> => {
  const { cloud, placed, request, note } = of;
  const { answering, match } = routeIn({ cloud, placed, verb: request.verb });
  note.api = answering.api.name;
  note.method = match.method.id;
  const schemas = answering.schemas.get(match.document)!;
  const { body, query, violations } = checkRequest({ schemas, match, query: request.query, body: request.body });
  if (violations.length > 0) {
    note.violations = violations.map(({ description }) => description);
    throw badRequest(...violations);
  }
  const shaped = shapeOf({ schemas, match, system: request.system });
  const handler = answering.api.handlers[match.method.id];
  if (!handler) throw unanswered(`the rehearsal does not do ${match.method.id} yet`);
  if (!request.isLook) cloud.faults.failMethod(match.method.id);
  requireEnabled(cloud, answering.api);
  requireLocation(answering.api.name, match.params);
  const { document, method, params } = match;
  const at = isDryRun({ query, body }) ? dryRunOf(cloud) : cloud;
  const ask: Call["demand"] = (wanted) => demand({ grants: at.grants, caller: request.caller, note }, wanted);
  const { service } = answering.api;
  checkUserProject({ project: at.project, demand: ask, userProject: request.system.userProject, service });
  authorise({ cloud: at, service }, { match, body, ask });
  refuseUnrehearsed(answering.api, { schemas, method, body });
  const { caller } = request;
  const product = productOf(answering.api.name);
  const described = {
    method,
    immutable: schemas.immutableIn(method),
    settable: schemas.settableIn(method),
    answers: schemas.answersOf(method),
  };
  const limits = (changed: Resource) => changedProblems({ schemas, method, body: changed });
  const call = {
    ...at,
    ...described,
    limits,
    caller,
    demand: ask,
    product,
    version: document.version,
    params,
    query,
    body,
  };
  const answer = withDigits({ schemas, method, answer: await handler(call), digits: product.digits });
  const own = checkAnswer(schemas, match, answer);
  if (own.length > 0) note.ownViolations = own.map(({ description }) => description);
  return shaped(answer);
};

type Shaping = { schemas: Schemas; match: Match; system: System };

/**
 * What becomes of an answer before it is sent, as its client asked.
 * @throws ApiError 400 for fields that the answer does not have, before anything is done
 */
const shapeOf = ({ schemas, match: { method }, system }: Shaping): ((answer: object) => object) => {
  if (!method.response) return (answer) => answer;
  const name = method.response.$ref;
  const masked = system.fields === undefined ? undefined : maskOf({ schemas, name, fields: system.fields });
  return (answer) => {
    const told = system.numericEnums ? withNumericEnums({ schemas, schema: { $ref: name }, value: answer }) : answer;
    return masked?.(told as object) ?? (told as object);
  };
};

type Authorising = { match: Match; body: Resource; ask: Call["demand"] };

/** @throws ApiError 403 where the caller lacks a permission, 501 where the method's permissions are not known */
const authorise = ({ cloud, service }: { cloud: Cloud; service: string }, { match, body, ask }: Authorising): void => {
  const policyOf = (resource: string) => cloud.grants.policyOf(resource);
  const demands = demandsOf({ match, body, service, project: cloud.project, policyOf });
  if (!demands) throw unanswered(`it is not known which permissions ${match.method.id} needs`);
  demands.forEach(ask);
};

type Asked = { schemas: Schemas; method: Match["method"]; body: Resource };

/** @throws ApiError 501 for a field that would be ignored */
const refuseUnrehearsed = ({ rehearsed }: LoadedApi, { schemas, method, body }: Asked): void => {
  const paths = rehearsed ? unrehearsedIn({ schemas, method, rehearsed, body }) : [];
  if (paths.length > 0) throw notRehearsed(`${paths.join(" and ")} ${paths.length === 1 ? "is" : "are"}`);
};
