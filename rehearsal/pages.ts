import type { Call, Handler } from "./api";
import { invalidArgument } from "./errors";
import { parentIn } from "./names";
import type { Resource } from "./store";

const MOST = 1000;

/** One page of a list (https://google.aip.dev/158); the token is where the next one begins. */
export const pageOf = ({ call, key, items }: { call: Call; key: string; items: Resource[] }): Resource => {
  const { pageSize, pageToken } = call.query as { pageSize?: number; pageToken?: string };
  if (pageSize !== undefined && pageSize < 0) throw invalidArgument("The page size must not be negative.");
  if (pageToken && !/^\d+$/.test(pageToken)) throw invalidArgument("The page token is invalid.");
  const from = Number(pageToken ?? 0);
  const to = from + Math.min(pageSize || MOST, MOST);
  return {
    ...(items.length > from && { [key]: items.slice(from, to) }),
    ...(items.length > to && { nextPageToken: String(to) }),
  };
};

/**
 * The handler that lists the resources of a kind below the request's parent. A kind ends with the folder of its names:
 * "run.services" holds `projects/p/locations/l/services/s`.
 */
export const listing =
  <T extends Resource>(of: {
    kind: string;
    shown?: (call: Call, item: T) => Resource;
    newestFirst?: boolean;
  }): Handler =>
  (call) => {
    const key = of.kind.slice(of.kind.indexOf(".") + 1);
    const stored = call.store.list<T>(of.kind, `${parentIn(call)}/${key}/`);
    const items = of.newestFirst ? stored.reverse() : stored;
    return pageOf({ call, key, items: items.map((item) => of.shown?.(call, item) ?? item) });
  };
