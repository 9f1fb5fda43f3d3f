import type { HttpBindings } from "@hono/node-server";
import { Hono, type Context } from "hono";
import { proxy as forward } from "hono/proxy";
import { listenOnLoopback } from "../../guard/listen";
import { admit, allowedHosts, cookieName, makeAccess, type Visited } from "../../guard/visitors";
import { codespaceHost } from "../../infra/forwarded";
import { isLoopback } from "../../infra/loopback";
import { refuseWith } from "../../infra/problems";
import { reachable } from "../stack/reachable";
import { isRefusedByGoogle, refusalPage } from "./refused";
import { answerHeaders, requestHeaders, type Seen } from "./headers";
import { renewed, type Tokens } from "./tokens";

export type Proxied = {
  /** The service's own address. */
  url: string;
  /** Gives an identity token for an audience, anew at each call. */
  identity: (audience: string) => Promise<string | undefined>;
  /** The service's name, for the name of the address: `leads-web`. */
  name: string;
  env: NodeJS.ProcessEnv;
  /** The project of the service, for the command that grants its role. */
  project?: string | undefined;
  /** On loopback; none takes any that is free. */
  port?: number | undefined;
};

export type Proxy = {
  /** The address to visit first, with the token in it. */
  address: string;
  close: () => void;
};

const REVIEW: Visited = {
  name: "review",
  title: "fleet review",
  command: "fleet review open",
  icon: "data:,",
};

/**
 * Makes a closed service of Cloud Run visible to the person at this machine: every request goes on to it with an identity
 * token, and what it says of its own address is said of ours.
 * @throws ProblemsError where a token would be readable on its way, or the port is taken.
 */
export const openProxy = async ({ port: wanted = 0, ...proxied }: Proxied): Promise<Proxy> => {
  const { url, identity, name, env } = proxied;
  refuseReadable(url);
  const app = new Hono();
  const { port, close } = await listenOnLoopback({ app, port: wanted });
  // Cookies go by host and not by port: a name of its own keeps those of two services, and of the stack dev, apart.
  const own = `${name}.localhost:${port}`;
  const hosts = [...allowedHosts({ port, env }), own];
  const access = makeAccess();
  const seen: Seen = { origin: new URL(url).origin, hosts, cookie: cookieName(REVIEW, port) };
  const tokens = renewed(() => identity(url));
  app.use(admit({ access, port, hosts, visited: REVIEW }));
  app.all("*", (c) => pass({ c, seen, tokens, proxied }));
  const host = codespaceHost(env) === undefined ? own : `localhost:${port}`;
  return { address: `http://${host}/?token=${access.token}`, close };
};

/** A token that somebody reads on its way opens the service for an hour. */
const refuseReadable = (url: string): void => {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:" || hostname.endsWith(".localhost") || isLoopback(url)) return;
  refuseWith({
    path: url,
    message: "is not https, and an identity token would be readable on its way",
    cure: "name the service's https address, as the review's own file has it",
  });
};

type Passing = { c: Context; seen: Seen; tokens: Tokens; proxied: Omit<Proxied, "port"> };

const pass = async ({ c, seen, tokens, proxied: { url, project } }: Passing): Promise<Response> => {
  const token = await tokens.get();
  if (token === undefined) return failed(c, "Google gave no identity token: sign in again (gcloud auth login)");
  const { pathname, search } = new URL(c.req.url);
  const target = new URL(reachable(url)).origin + pathname + search;
  const headers = requestHeaders({ headers: c.req.raw.headers, seen, token });
  try {
    const answer = await forward(target, { raw: c.req.raw, headers, redirect: "manual" });
    const { response, isRefused } = await isRefusedByGoogle(answer);
    if (isRefused) tokens.forget();
    if (isRefused) return c.html(refusalPage({ url, token, project, status: response.status }), 403, OWN);
    const { outgoing } = c.env as HttpBindings;
    const body = response.body && carried({ body: response.body, cut: () => outgoing.destroy() });
    return new Response(body, { status: response.status, headers: answerHeaders({ headers: response.headers, seen }) });
  } catch (error) {
    return failed(c, `${new URL(url).host} did not answer: ${causeOf(error as Error)}`);
  }
};

/** A body that the browser sees cut off where the service cut it off, without a stack trace in the terminal. */
const carried = ({ body, cut }: { body: ReadableStream<Uint8Array>; cut: () => void }): ReadableStream<Uint8Array> => {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    pull: async (to) => {
      const part = await reader.read().catch(cut);
      if (part?.value) to.enqueue(part.value);
      else to.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
};

const OWN = { "Cache-Control": "no-store" };

const failed = (c: Context, reason: string): Response => c.text(`fleet review: ${reason}.\n`, 502, OWN);

/** What fetch itself says is only that it failed. */
const causeOf = ({ message, cause }: Error): string => (cause instanceof Error && cause.message) || message;
