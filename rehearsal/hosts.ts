import { loopbackHosts } from "../guard/requests";
import type { Api } from "./api";

type Named = Pick<Api, "name" | "service">;

/**
 * Whether a request may have this host: a name of loopback, an API's below it ("run.localhost:9010"), or the API's own at
 * Google, for clients that take an address for it. No page can be served from any of them, as Google's names are Google's.
 */
export const isHost = (of: { host: string; port: number; apis: readonly Named[] }): boolean =>
  loopbackHosts(of.port).includes(of.host) || apiOfHost(of) !== undefined;

/** The API that a host names: "run.googleapis.com", "europe-west1-run.googleapis.com", "run.localhost:9010". */
export const apiOfHost = (of: { host: string; port: number; apis: readonly Named[] }): string | undefined =>
  of.apis.find(({ name, service }) => {
    const google = new RegExp(`^(?:[a-z0-9-]+-)?${service.replaceAll(".", "\\.")}(?::${of.port})?$`);
    return google.test(of.host) || of.host === `${name}.localhost:${of.port}`;
  })?.name;
