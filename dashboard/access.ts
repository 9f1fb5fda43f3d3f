import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

export type Access = {
  /** The secret in the URL that is printed; the browser exchanges it once for the cookie. */
  token: string;
  /** The cookie's value. It is another one, so that only the URL in a browser's history has to be kept safe. */
  session: string;
};

export const makeAccess = (): Access => ({ token: secret(), session: secret() });

const secret = (): string => randomBytes(32).toString("base64url");

/** A browser keeps cookies by host, whatever the port: two dashboards side by side must not share one. */
const cookieName = (port: number): string => `fleet_dashboard_${port}`;

/** Names under which a browser may speak to the dashboard: loopback, and the address that Codespaces forwards. */
export const allowedHosts = ({ port, env }: { port: number; env: NodeJS.ProcessEnv }): string[] => {
  const { CODESPACE_NAME: name, GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: domain } = env;
  return [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    `[::1]:${port}`,
    ...(name && domain ? [`${name}-${port}.${domain}`] : []),
  ];
};

type Guarded = { access: Access; port: number; hosts: readonly string[] };

/**
 * Lets through only a browser that was given the token, at a name of ours. A page of another site can neither send the
 * cookie (it is strict) nor get in by a name that it points at loopback (DNS rebinding: the host is checked), and what
 * changes something must say that it comes from our own page.
 */
export const guard = ({ access, port, hosts }: Guarded): MiddlewareHandler => {
  const isHost = (host: string | undefined): boolean => host !== undefined && hosts.includes(host);
  return async (c, next) => {
    setHeaders(c);
    if (!isHost(c.req.header("host"))) return refusal(c, 421, "this is not an address of the dashboard");
    const origin = c.req.header("origin");
    if (origin === undefined ? changesSomething(c) : !isHost(hostOf(origin)))
      return refusal(c, 403, "the request comes from another site");

    const token = c.req.query("token");
    if (c.req.path === "/" && token !== undefined) {
      if (!isSame(token, access.token)) return refusal(c, 401, "this is not the dashboard's token");
      setCookie(c, cookieName(port), access.session, { httpOnly: true, sameSite: "Strict", path: "/" });
      return c.redirect("/", 303);
    }
    if (!isSame(getCookie(c, cookieName(port)) ?? "", access.session)) return refusal(c, 401, "the token is missing");
    return next();
  };
};

const changesSomething = (c: Context): boolean => c.req.method !== "GET" && c.req.method !== "HEAD";

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/** Compares in a time that does not depend on where the texts differ. */
const isSame = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

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

const CURE = "Open the address that `fleet dashboard` printed in its terminal, with its token.";

const refusal = (c: Context, status: 401 | 403 | 421, message: string): Response =>
  c.text(`fleet dashboard: ${message}.\n${CURE}\n`, status);
