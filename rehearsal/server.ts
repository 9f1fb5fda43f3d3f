import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from "fastify";
import type { Duplex } from "node:stream";
import { addGuard, tokenOf } from "./access";
import { apiErrorOf, invalidArgument, notFound, type ApiError } from "./errors";
import { BODY_LIMIT, packed } from "./http/body";
import { answererOf } from "./answer";
import type { LoadedApi } from "./api";
import { callerOf } from "./callers";
import { addControl, type Served } from "./control";
import { isLook } from "./looks";
import { productsErrors } from "./products";
import { addRegistry } from "./registry";
import type { Added, Report } from "./report";
import { besideRegistry } from "./routing";

/** The path of requests that were meant for another host and reach this server as the machine's proxy. */
const ELSEWHERE = "/_elsewhere/";

/** Before a path of Google's that begins as the image registry's do. */
const PLAIN = "/_plain";

/** The rehearsed Google Cloud on a loopback port. What is made of it on the machine is the APIs' own. */
export const makeServer = ({ apis, ...of }: Served & { apis: readonly LoadedApi[] }): FastifyInstance => {
  const isGoogles = besideRegistry(apis);
  const server = Fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    rewriteUrl: ({ url = "/" }) => {
      if (!url.startsWith("/")) return `${ELSEWHERE}${url}`;
      return isGoogles(url) ? `${PLAIN}${url}` : url;
    },
    // The longest address that Node takes.
    routerOptions: { maxParamLength: 16 << 10 },
    frameworkErrors: (error, { url }, reply) => void sendError(reply, invalidArgument(error.message), url),
  });
  server.setNotFoundHandler((request, reply) =>
    sendError(reply, notFound(`The requested URL ${request.url} was not found.`)),
  );
  tellFailures(server, of.report);
  refuseTunnels(server, of.report);
  refuseElsewhere(server, of.report);
  addGuard(server, { port: Number(new URL(of.cloud.url).port), token: of.cloud.realise.token, apis });
  addControl(server, of);
  void server.register((scope, _options, done) => (addRegistry(scope, of), done()));
  void server.register((scope, _options, done) => (addGoogle(scope, { ...of, apis }), done()));
  return server;
};

const addGoogle = (server: FastifyInstance, of: Served & { apis: readonly LoadedApi[] }): void => {
  const { cloud, apis, report } = of;
  const answer = answererOf({ cloud, apis });
  // Bodies are read as they are: what is no JSON has to get Google's answer, not the framework's.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  server.setErrorHandler<FastifyError>((error, _request, reply) => {
    const isCallers = error.statusCode !== undefined && error.statusCode < 500;
    return sendError(reply, isCallers ? invalidArgument(error.message) : apiErrorOf(error));
  });
  server.all("/*", async (request, reply) => {
    const began = Date.now();
    const { pathname, search } = splitUrl(request.originalUrl);
    const { code, headers, body, pretty, note } = await answer({
      verb: request.method,
      path: pathname,
      query: search,
      body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
      headers: request.headers,
      caller: callerOf(tokenOf(request)),
      isLook: isLook(request),
    });
    const what = { api: "", verb: request.method, path: pathname, status: code };
    if (!isLook(request) || note.broken || note.ownViolations)
      report.add({ at: new Date(began).toISOString(), ms: Date.now() - began, ...what, ...note });
    const { text, headers: own } = packed(JSON.stringify(body, null, pretty ? 2 : 0), request.headers);
    return reply
      .code(code)
      .headers({ ...own, ...headers })
      .send(text);
  });
};

/** An error in the shape of the product's at whose address it came up. */
const sendError = (reply: FastifyReply, error: ApiError, url = ""): FastifyReply =>
  reply.code(error.code).send(error.toBody(productsErrors(url.split("/")[1])));

/** `new URL` would decode the path and take "//" for a host. */
const splitUrl = (url: string): { pathname: string; search: string } => {
  const at = url.indexOf("?");
  return at < 0 ? { pathname: url, search: "" } : { pathname: url.slice(0, at), search: url.slice(at + 1) };
};

/** What fails outside of an API's handlers, in the registry or in the server's own addresses, is in the report too. */
const tellFailures = (server: FastifyInstance, report: Report): void =>
  void server.addHook("onError", (request, _reply, error, done) => {
    const path = splitUrl(request.url).pathname;
    if ((error.statusCode ?? 500) >= 500) report.fail({ api: "rehearsal", verb: request.method, path, error });
    done();
  });

/** A request for http://another-host: the deployment's HTTP_PROXY is this server. */
const refuseElsewhere = (server: FastifyInstance, report: Report): void =>
  void server.addHook("onRequest", async ({ method, originalUrl }, reply) => {
    if (originalUrl.startsWith("/")) return undefined;
    report.add(elsewhere(method, originalUrl));
    return reply.code(403).header("connection", "close").send();
  });

/** As HTTPS_PROXY of the deployment, the server sees every attempt to reach another host, and refuses it. */
const refuseTunnels = (server: FastifyInstance, report: Report): void => {
  server.server.on("connect", ({ url = "" }, socket: Duplex) => {
    report.add(elsewhere("CONNECT", url));
    socket.on("error", () => socket.destroy());
    socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
  });
};

/**
 * What the plugin asks for its own log (whose token this is), at an address that no variable moves; it goes on when it
 * is refused.
 */
const ASKED_FOR_ITS_LOG = "openidconnect.googleapis.com:443";

const elsewhere = (verb: string, path: string): Added => {
  const message = "it is meant for another machine than this one";
  const isLoud = path !== ASKED_FOR_ITS_LOG;
  return { api: "elsewhere", verb, path, status: 403, message, ...(isLoud && { unanswered: true }) };
};
