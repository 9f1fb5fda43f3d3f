import { loopbackHosts } from "../guard/requests";
import type { Api } from "./api";

type Hosting = { port: number; apis: readonly Pick<Api, "name" | "service">[] };

/**
 * Tells whether a request may have a host: a name of loopback, an API's below it ("run.localhost:9010"), or the API's own at
 * Google, for clients that take an address for it. No page can be served from any of them, as Google's names are Google's.
 */
export const hostCheck = (of: Hosting): ((host: string) => boolean) => {
  const loopback = loopbackHosts(of.port);
  const apiOf = apiByHost(of);
  return (host) => loopback.includes(host) || apiOf(host) !== undefined;
};

/** Finds the API that a host names: "run.googleapis.com", "europe-west1-run.googleapis.com", "run.localhost:9010". */
export const apiByHost = ({ port, apis }: Hosting): ((host: string) => string | undefined) => {
  const known = apis.map(({ name, service }) => ({
    name,
    local: `${name}.localhost:${port}`,
    google: new RegExp(`^(?:[a-z0-9-]+-)?${service.replaceAll(".", "\\.")}(?::${port})?$`),
  }));
  return (host) => known.find(({ local, google }) => google.test(host) || host === local)?.name;
};
