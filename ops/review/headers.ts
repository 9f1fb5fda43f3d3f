/** How the service is seen through the proxy. */
export type Seen = {
  /** The service's own origin. */
  origin: string;
  /** The names under which a browser sees it here. */
  hosts: readonly string[];
  /** The name of the proxy's own cookie. */
  cookie: string;
};

/** What is between the browser and the proxy alone, and what only Google may say of the way to the service. */
const NOT_PASSED_ON = [
  ...[
    "connection",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
  ],
  ...["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"],
  // fetch says its own of them; the guard has judged the browser's.
  ...["sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user"],
];

/**
 * The headers that the service gets: those of a browser at its own address, with the identity token. That is not in
 * Authorization, which is the service's own:
 * https://cloud.google.com/run/docs/authenticating/service-to-service (2026-11-29)
 */
export const requestHeaders = ({ headers, seen, token }: { headers: Headers; seen: Seen; token: string }): Headers => {
  const passed = new Headers(headers);
  NOT_PASSED_ON.forEach((name) => passed.delete(name));
  passed.set("x-serverless-authorization", `Bearer ${token}`);
  for (const name of ["origin", "referer"]) {
    const said = headers.get(name);
    if (said !== null) passed.set(name, ours(said, seen));
  }
  const cookies = (headers.get("cookie") ?? "").split(/; */).filter((each) => !each.startsWith(`${seen.cookie}=`));
  if (cookies.join("") === "") passed.delete("cookie");
  else passed.set("cookie", cookies.join("; "));
  return passed;
};

/** Django compares both with the host that it is asked by; another site's address stays what it is. */
const ours = (address: string, { hosts, origin }: Seen): string => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url && hosts.includes(url.host) ? origin + address.slice(url.origin.length) : address;
};

/** The headers that the browser gets: addresses and cookies of the service become those of the proxy. */
export const answerHeaders = ({ headers, seen }: { headers: Headers; seen: Seen }): Headers => {
  const passed = new Headers(headers);
  const location = headers.get("location");
  if (location !== null) passed.set("location", here(location, seen));
  passed.delete("set-cookie");
  headers.getSetCookie().forEach((cookie) => passed.append("set-cookie", cookieHere(cookie)));
  return passed;
};

/** A path alone is right under every name of the proxy. */
const here = (location: string, { origin }: Seen): string => {
  const url = URL.canParse(location) ? new URL(location) : undefined;
  return url?.origin === origin ? `${url.pathname}${url.search}${url.hash}` : location;
};

/**
 * A cookie that a browser keeps for http://<name>.localhost: without the service's domain, and without Secure, which Safari
 * does not take from this machine. Where a cookie is nothing without Secure, it stays; the other browsers take it.
 */
const cookieHere = (cookie: string): string => {
  const [pair = "", ...attributes] = cookie.split(/; */);
  const isOf = (attribute: string, name: RegExp): boolean => name.test(attribute.trim());
  const needsSecure =
    /^__(Host|Secure)-/i.test(pair) || attributes.some((each) => isOf(each, /^(samesite *= *none|partitioned)$/i));
  const kept = attributes.filter((each) => !isOf(each, /^domain *(=|$)/i) && (needsSecure || !isOf(each, /^secure$/i)));
  return [pair, ...kept].join("; ");
};
