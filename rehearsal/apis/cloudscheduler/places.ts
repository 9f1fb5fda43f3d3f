import { isLoopback } from "../../../infra/loopback";
import type { Cloud } from "../../api";
import { SERVICES, type Service } from "../run/shapes";

/** Where a target's URI leads on this machine. An API takes access tokens, a service of Cloud Run identity tokens. */
export type Place = { url: string; kind: "api" | "service" };

/**
 * Finds what of the rehearsed cloud a URI means: the cloud's own address, an API's at Google, or a service of Cloud Run. Undefined
 * for all else, which is not called.
 */
export const placeOf = (cloud: Cloud, uri: string): Place | undefined => {
  if (!URL.canParse(uri)) return undefined;
  const { host, hostname, origin, port, pathname, search } = new URL(uri);
  const path = `${pathname}${search}`;
  if (isLoopback(uri) && port === new URL(cloud.url).port) return { url: `${cloud.url}${path}`, kind: "api" };
  const api = cloud.apiAt(host);
  if (api !== undefined) return { url: `${cloud.url}/${api}${path}`, kind: "api" };
  const service = cloud.store.list<Service>(SERVICES).find(({ urls }) => urls?.includes(origin));
  // The machine's resolver need not know names below localhost.
  return service && hostname.endsWith("localhost")
    ? { url: `http://127.0.0.1:${port}${path}`, kind: "service" }
    : undefined;
};
