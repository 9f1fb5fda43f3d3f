import type { IncomingHttpHeaders } from "node:http";
import { LOOPBACK } from "../infra/loopback";

/** A request as far as its sender shows in it. */
export type Asked = { method: string; headers: IncomingHttpHeaders };

/** The status and the reason of a refusal, for the server to word. */
export type Refusal = { status: 403 | 421; reason: string };

/** The names of loopback under which a server at this port may be asked. */
export const loopbackHosts = (port: number): string[] => LOOPBACK.map((name) => `${name}:${port}`);

/**
 * Refuses what another site's page sends. A page can send a request to any port of this machine without being allowed to
 * read the answer, and reads it too by a name of its own that it points at loopback (DNS rebinding). So `isHost` has to
 * know the name that was asked for and, where a browser tells it, the page's own; and what browsers say in
 * `Sec-Fetch-Site`, which pages cannot change, has to be our own page or nobody's. Another port of this machine is
 * another site's page too. A person may follow a link from anywhere (`mayNavigate`), where a GET alone opens nothing.
 */
export const refusalOf = (of: {
  asked: Asked;
  isHost: (host: string) => boolean;
  mayNavigate?: boolean;
}): Refusal | undefined => {
  const { asked, isHost, mayNavigate = false } = of;
  const { host, origin, "sec-fetch-site": site } = asked.headers;
  if (host === undefined || !isHost(host)) return { status: 421, reason: "this is not an address of this server" };
  const isOther = site === "cross-site" || site === "same-site";
  if ((origin !== undefined && !isHost(hostOf(origin))) || (isOther && !(mayNavigate && navigates(asked))))
    return { status: 403, reason: "the request comes from another site" };
  return undefined;
};

/** "null", which a page without an origin sends, is no host. */
const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : "");

const navigates = ({ method, headers }: Asked): boolean =>
  method === "GET" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
