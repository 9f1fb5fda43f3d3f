import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { loopbackHosts, refusalOf } from "../guard/requests";
import { isSame, makeToken } from "../guard/token";
import { codespaceHost, forwardedNames } from "../infra/forwarded";

export type Access = {
  /** The secret in the URL that is printed; a browser exchanges it for the cookie, and then it opens nothing more. */
  token: string;
  /** The cookie's value. */
  session: string;
};

export const makeAccess = (): Access => ({ token: makeToken(), session: makeToken() });

/** A browser keeps cookies by host, whatever the port: two dashboards side by side must not share one. */
const cookieName = (port: number): string => `fleet_dashboard_${port}`;

/** Names under which a browser may speak to the dashboard: loopback, and the address that Codespaces forwards. */
export const allowedHosts = ({ port, env }: { port: number; env: NodeJS.ProcessEnv }): string[] => {
  const forwarded = codespaceHost(env);
  return [...loopbackHosts(port), ...(forwarded === undefined ? [] : forwardedNames([forwarded], port))];
};

type Guarded = { access: Access; port: number; hosts: readonly string[] };

/**
 * Lets through only the browser that brought the token first, at a name of ours and from no other site's page; what changes
 * something must say that it comes from our own. The cookie is strict, and no script reads it.
 */
export const guard = ({ access: { token, session }, port, hosts }: Guarded): MiddlewareHandler => {
  let isUsed = false;
  return async (c, next) => {
    setHeaders(c);
    const { method } = c.req;
    const asked = { method, headers: c.req.header() };
    const refused = refusalOf({ asked, isHost: (host) => hosts.includes(host), mayNavigate: true });
    if (refused) return refusal(c, refused.status, refused.reason);
    if (method !== "GET" && method !== "HEAD" && c.req.header("origin") === undefined)
      return refusal(c, 403, "the request does not say that it comes from the dashboard's own page");

    const given = c.req.path === "/" ? c.req.query("token") : undefined;
    if (isSame(getCookie(c, cookieName(port)) ?? "", session)) return given === undefined ? next() : toPage(c);
    if (given === undefined) return refusal(c, 401, "the token is missing");
    if (!isSame(given, token)) return refusal(c, 401, "this is not the dashboard's token");
    if (isUsed) return refusal(c, 401, "a browser has used this token already");
    isUsed = method === "GET";
    if (isUsed) setCookie(c, cookieName(port), session, { httpOnly: true, sameSite: "Strict", path: "/" });
    return toPage(c);
  };
};

/**
 * Goes on to the page without the token in its address. It is the page's own step, not a redirect: a browser that followed
 * the link from another site would leave the strict cookie out of all redirects.
 */
const toPage = (c: Context): Response =>
  c.html(
    // A browser that is told of no icon asks for one at an address that is not there.
    '<!doctype html><meta http-equiv="refresh" content="0; url=/"><link rel="icon" href="/icon.svg"><title>fleet dashboard</title>',
  );

/** Nothing from elsewhere runs in the page, nobody frames it, and no other site learns its address. */
const setHeaders = (c: Context): void => {
  const own = ["script", "style", "connect", "img"].map((kind) => `${kind}-src 'self'`);
  const none = ["frame-ancestors", "base-uri", "form-action"].map((kind) => `${kind} 'none'`);
  c.header("Content-Security-Policy", ["default-src 'none'", ...own, ...none].join("; "));
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Referrer-Policy", "no-referrer");
  c.header("Cross-Origin-Resource-Policy", "same-origin");
  c.header("Cache-Control", "no-store");
};

const CURE =
  "Open the address that `fleet dashboard` printed in its terminal, with its token; for another browser, start it again.";

const refusal = (c: Context, status: 401 | 403 | 421, reason: string): Response => {
  // The rest of its body is not waited for.
  c.header("Connection", "close");
  return c.text(`fleet dashboard: ${reason}.\n${CURE}\n`, status);
};
