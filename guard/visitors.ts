import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { codespaceHost, forwardedNames } from "../infra/forwarded";
import { loopbackHosts, refusalOf } from "./requests";
import { isSame, makeToken } from "./token";

export type Access = {
  /** The secret in the URL that is printed; a browser exchanges it for the cookie, and then it opens nothing more. */
  token: string;
  /** The cookie's value. */
  session: string;
};

export const makeAccess = (): Access => ({ token: makeToken(), session: makeToken() });

/** A server that people visit in a browser, as its own answers name it. */
export type Visited = {
  /** One word, for the cookie: `dashboard`. */
  name: string;
  /** What it calls itself: `fleet dashboard`. */
  title: string;
  /** The command that printed its address. */
  command: string;
  /** The address of its icon. */
  icon: string;
};

/** A browser keeps cookies by host, whatever the port: two servers side by side must not share one. */
export const cookieName = ({ name }: Pick<Visited, "name">, port: number): string => `fleet_${name}_${port}`;

/** Names under which a browser may speak to a server: loopback, and the address that Codespaces forwards. */
export const allowedHosts = ({ port, env }: { port: number; env: NodeJS.ProcessEnv }): string[] => {
  const forwarded = codespaceHost(env);
  return [...loopbackHosts(port), ...(forwarded === undefined ? [] : forwardedNames([forwarded], port))];
};

type Guarded = { access: Access; port: number; hosts: readonly string[]; visited: Visited };

/**
 * Lets through only the browser that brought the token first, at a name of ours and from no other site's page; what changes
 * something must say that it comes from our own. The cookie is strict, and no script reads it.
 */
export const admit = ({ access: { token, session }, port, hosts, visited }: Guarded): MiddlewareHandler => {
  const cookie = cookieName(visited, port);
  let isUsed = false;
  return async (c, next) => {
    const { method } = c.req;
    const asked = { method, headers: c.req.header() };
    const refused = refusalOf({ asked, isHost: (host) => hosts.includes(host), mayNavigate: true });
    if (refused) return refusal(c, visited, refused);
    if (method !== "GET" && method !== "HEAD" && c.req.header("origin") === undefined)
      return refusal(c, visited, { status: 403, reason: "the request does not say that it comes from our own page" });

    const given = c.req.path === "/" ? c.req.query("token") : undefined;
    const isOurs = given !== undefined && isSame(given, token);
    if (isSame(getCookie(c, cookie) ?? "", session)) return isOurs ? toPage(c, visited) : next();
    if (given === undefined) return refusal(c, visited, { status: 401, reason: "the token is missing" });
    if (!isOurs) return refusal(c, visited, { status: 401, reason: "this is not the token of this address" });
    if (isUsed) return refusal(c, visited, { status: 401, reason: "a browser has used this token already" });
    isUsed = method === "GET";
    if (isUsed) setCookie(c, cookie, session, { httpOnly: true, sameSite: "Strict", path: "/" });
    return toPage(c, visited);
  };
};

/**
 * Goes on to the page without the token in its address. It is the page's own step, not a redirect: a browser that followed
 * the link from another site would leave the strict cookie out of all redirects.
 */
const toPage = (c: Context, { title, icon }: Visited): Response => {
  setOwn(c);
  // A browser that is told of no icon asks for one at an address that is not there.
  return c.html(
    `<!doctype html><meta http-equiv="refresh" content="0; url=/"><link rel="icon" href="${icon}"><title>${title}</title>`,
  );
};

const refusal = (
  c: Context,
  { title, command }: Visited,
  { status, reason }: { status: 401 | 403 | 421; reason: string },
): Response => {
  setOwn(c);
  // The rest of its body is not waited for.
  c.header("Connection", "close");
  const cure = `Open the address that \`${command}\` printed in its terminal, with its token; for another browser, start it again.`;
  return c.text(`${title}: ${reason}.\n${cure}\n`, status);
};

/** No answer of our own is kept, and no other site learns its address. */
const setOwn = (c: Context): void => {
  c.header("Referrer-Policy", "no-referrer");
  c.header("Cache-Control", "no-store");
};
