import httpProxy from "@fastify/http-proxy";
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { loopbackHosts, refusalOf } from "../../guard/requests";
import type { Identity } from "./identity";
import { listenAt, type Listener } from "./listen";

/** The facts that a front end needs about its service; it asks for them at every request. */
export type Serving = {
  /** Revisions, their share of the requests in percent, and the tags by which they are asked alone. */
  traffic: readonly { revision: string; percent: number; tag?: string | undefined }[];
  /** The audiences that an identity token may name. */
  audiences: string[];
  /** Whether callers need no identity token; to ask is to use the binding that says so. */
  isOpen: () => boolean;
};

/** A place for one request in an instance, until `release`. */
export type Place = {
  /** The instance's port on loopback. */
  port: number;
  /** How long the service may take to answer. */
  timeoutMs: number;
  release: () => void;
};

export type FrontEndArgs = {
  port: number;
  /** The address at which containers find it, besides loopback. */
  gateway: string | undefined;
  /** The name of its address on this machine, for browsers and other containers. */
  localHost: string;
  /** The name that the service is told it was asked by, as Google's front end would. */
  host: string;
  identity: Identity;
  serving: () => Serving | undefined;
  mayInvoke: (email: string) => boolean;
  /** A place in an instance of a revision; undefined where none could be had in time. */
  place: (revision: string) => Promise<Place | undefined>;
  /** Told of a request that reached an instance, and how it ended. */
  measure: (of: { revision: string; code: number; ms: number }) => void;
  /** Told of a failure of its own. */
  fail: (of: { verb: string; path: string; error: Error }) => void;
};

/** Google's front end for one service: checks the invoker, splits the traffic, and keeps the time. */
export class FrontEnd {
  readonly #hosts: readonly string[];
  #listener: Listener | undefined;

  constructor(private readonly of: FrontEndArgs) {
    this.#hosts = [...loopbackHosts(of.port), `${of.localHost}:${of.port}`, of.host];
  }

  async open(): Promise<void> {
    const app = Fastify({ routerOptions: { maxParamLength: 5000 } });
    app.decorateRequest("backend", 0);
    app.decorateRequest("isIdentified", false);
    app.addHook("onError", ({ method, url }, _reply, error, done) => {
      if ((error.statusCode ?? 500) >= 500) this.of.fail({ verb: method, path: url, error });
      done();
    });
    await app.register(httpProxy, {
      upstream: "",
      // A connection of its own for each request: an instance may end at any time, and takes kept ones with it.
      http: { agentOptions: { keepAlive: false }, requestOptions: { timeout: LONGEST_MS } },
      retryMethods: [],
      preHandler: (request, reply, done) => {
        this.#admit(request, reply).then((refused) => refused ?? done(), done);
      },
      replyOptions: {
        getUpstream: (request) => `http://127.0.0.1:${(request as Admitted).backend}`,
        rewriteRequestHeaders: (request, headers) => this.#headers(request as unknown as Admitted, headers),
        rewriteHeaders: (headers) => this.#answered(headers),
        onError: (reply) => void refuse(reply as unknown as FastifyReply, 503, "Service Unavailable"),
      },
    });
    await app.ready();
    const { port, gateway } = this.of;
    this.#listener = await listenAt({ port, gateway, answer: (request, response) => app.routing(request, response) });
  }

  close(): Promise<void> {
    return this.#listener?.close() ?? Promise.resolve();
  }

  /** https://cloud.google.com/run/docs/troubleshooting#unauthorized-client: 401 for a bad token, 403 for none and for no right. */
  async #admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const serving = this.of.serving();
    const isHost = (host: string): boolean => this.#hosts.includes(untagged(host, serving).host);
    const refusal = refusalOf({ asked: request, isHost, mayNavigate: true });
    if (refusal) return refuse(reply, refusal.status, refusal.reason);
    if (!serving) return refuse(reply, 404, "Page not found");
    const admitted = request as Admitted;
    if (!serving.isOpen()) {
      const token = tokenOf(request);
      const bearer = token === undefined ? undefined : await this.of.identity.verify(token, serving.audiences);
      const path = escaped(request.url.split("?")[0] ?? "/");
      if (token !== undefined && !bearer)
        return refuse(reply, 401, "Unauthorized", `${NOT_ALLOWED} to the requested URL <code>${path}</code>.`);
      if (!bearer || !this.of.mayInvoke(bearer.email))
        return refuse(reply, 403, "Forbidden", `${NOT_ALLOWED} to get URL <code>${path}</code> from this server.`);
      admitted.isIdentified = true;
    }
    return this.#forward(admitted, reply, serving);
  }

  async #forward(request: Admitted, reply: FastifyReply, { traffic }: Serving): Promise<FastifyReply | undefined> {
    const { tag } = untagged(request.headers.host, { traffic });
    const revision = tag ? traffic.find((target) => target.tag === tag)?.revision : pick(traffic);
    if (revision === undefined) return refuse(reply, 503, "Service Unavailable");
    const began = Date.now();
    const place = await this.of.place(revision);
    if (place === undefined) return refuse(reply, 429, "Rate exceeded.");
    // The client is gone already, or goes at any time.
    if (reply.raw.destroyed) return (place.release(), reply);
    const late = setTimeout(() => timeOut(reply), place.timeoutMs - (Date.now() - began));
    reply.raw.once("close", () => {
      clearTimeout(late);
      place.release();
      // Who goes before the answer is there is 499 in Google's logs.
      const code = reply.raw.writableFinished ? reply.raw.statusCode : 499;
      this.of.measure({ revision, code, ms: Date.now() - began });
    });
    request.backend = place.port;
    return undefined;
  }

  #headers(request: Admitted, headers: Headers): Headers {
    const { tag } = untagged(request.headers.host, this.of.serving());
    const { authorization, "x-serverless-authorization": identity } = headers;
    const isIdentity = request.isIdentified && identity === undefined;
    return {
      ...headers,
      host: tagged(this.of.host, tag),
      "x-forwarded-proto": "https",
      "x-forwarded-for": request.socket.remoteAddress ?? "",
      ...(identity !== undefined && { "x-serverless-authorization": unsigned(String(identity)) }),
      ...(isIdentity && authorization !== undefined && { authorization: unsigned(String(authorization)) }),
      // A page at the address on this machine is one at Google's, as far as the service can see.
      ...this.#moved({ headers, names: ["origin", "referer"], to: `https://${this.of.host}` }),
    };
  }

  /** What the service calls its own address is the one on this machine. */
  #answered(headers: Headers): Headers {
    const { localHost, port } = this.of;
    return { ...headers, ...this.#moved({ headers, names: ["location"], to: `http://${localHost}:${port}` }) };
  }

  /** The headers that say an address of this service, with the name `to` in it, and the tag that was there. */
  #moved({ headers, names, to }: { headers: Headers; names: readonly string[]; to: string }): Headers {
    const serving = this.of.serving();
    const { protocol, host } = new URL(to);
    const entries = names.flatMap((name) => {
      const said = String(headers[name] ?? "");
      const url = URL.canParse(said) ? new URL(said) : undefined;
      const { host: own, tag } = untagged(url?.host, serving);
      if (!url || !this.#hosts.includes(own)) return [];
      return [[name, `${protocol}//${tagged(host, tag)}${said.slice(url.origin.length)}`]];
    });
    return Object.fromEntries(entries) as Headers;
  }
}

/** The longest timeout that a service can have. */
const LONGEST_MS = 3_600_000;

type Headers = Record<string, string | string[] | undefined>;
type Admitted = FastifyRequest & {
  backend: number;
  /** Whether an identity token let it in. */
  isIdentified: boolean;
};

/**
 * A caller that sends an Authorization of its own to the service puts its token into the other header, which alone is looked
 * at then: https://cloud.google.com/run/docs/authenticating/service-to-service (2026-11-29)
 */
const tokenOf = ({ headers }: FastifyRequest): string | undefined => {
  const header = headers["x-serverless-authorization"] ?? headers.authorization;
  return /^Bearer (.+)$/i.exec(String(header ?? ""))?.[1];
};

/** The service can read who asks, but cannot use the token itself. */
const unsigned = (authorization: string): string =>
  authorization.replace(/^(Bearer [^.]+\.[^.]+)\.[^.]+$/i, "$1.SIGNATURE_REMOVED_BY_GOOGLE");

/**
 * https://cloud.google.com/run/docs/configuring/request-timeout: the client gets 504, and what has begun to come ends. The
 * instance is not told, as on Google.
 */
const timeOut = (reply: FastifyReply): void => {
  reply.hijack();
  if (reply.raw.headersSent) return void reply.raw.destroy();
  reply.raw.writeHead(504, { "content-type": "text/plain" }).end("upstream request timeout");
};

const NOT_ALLOWED = "Your client does not have permission";

/** In the words of Google's own pages. */
const refuse = (reply: FastifyReply, code: number, title: string, text = ""): FastifyReply =>
  reply
    .code(code)
    .type("text/html")
    .send(
      `<html><head><title>${code} ${title}</title></head><body><h1>Error: ${title}</h1><h2>${text}</h2></body></html>\n`,
    );

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A host without the tag of a revision before it, and that tag. */
const untagged = (host = "", serving: Pick<Serving, "traffic"> | undefined): { host: string; tag?: string } => {
  const [, tag = "", rest = ""] = /^(.+?)---(.+)$/.exec(host) ?? [];
  return serving?.traffic.some((target) => target.tag === tag && tag !== "") ? { host: rest, tag } : { host };
};

const tagged = (host: string, tag: string | undefined): string => (tag ? `${tag}---${host}` : host);

/** Picks one revision, by their shares. */
const pick = (traffic: Serving["traffic"]): string | undefined => {
  let rest = Math.random() * traffic.reduce((sum, { percent }) => sum + percent, 0);
  return traffic.find(({ percent }) => (rest -= percent) < 0)?.revision;
};
