import type { Call } from "./api";
import { invalidArgument } from "./errors";
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
