import { createHash } from "node:crypto";
import type { Call, Handler } from "./api";
import { invalidArgument } from "./errors";
import { readFilter } from "./filter";
import { parentIn } from "./names";
import { ordered } from "./order";
import type { Resource } from "./store";

/** What a list is asked for: in the query as a rule, in the body of Logging's. */
type Asked = {
  pageSize?: number;
  /** Cloud SQL's word. */
  maxResults?: number;
  pageToken?: string;
  filter?: string;
  orderBy?: string;
};

type Listed = {
  call: Call;
  key: string;
  items: Resource[];
  asked?: Asked;
  /** What a filter sees of an item, where that is more than what is shown. */
  facts?: (item: Resource) => Resource;
};

/**
 * One page of a list (https://google.aip.dev/158), of the items that its filter takes, in the order that was asked for. How many
 * there are in all is told where the method's answer has a field for it.
 * @throws ApiError 400 for a size, a token, a filter or an order that is none
 */
export const pageOf = ({ call, key, items, asked = call.query, facts = (item) => item }: Listed): Resource => {
  const { page, ignoresCase = false } = call.product;
  const size = Number(asked.pageSize ?? asked.maxResults ?? 0);
  if (size < 0) throw invalidArgument("The page size must not be negative.");
  const isTaken = readFilter(asked.filter ?? "", { ignoresCase });
  const taken = ordered(
    items.filter((item) => isTaken(facts(item))),
    asked.orderBy ?? "",
  );
  const from = asked.pageToken ? placeIn(call, asked) : 0;
  const to = from + Math.min(size || page.usual, page.most);
  return {
    ...(taken.length > from && { [key]: taken.slice(from, to) }),
    ...(taken.length > to && { nextPageToken: tokenFor(call, asked, to) }),
    ...(call.answers.includes("totalSize") && taken.length > 0 && { totalSize: taken.length }),
  };
};

/** A token is good for one list, with one filter and one order: where its page begins, and what it goes on with. */
const tokenFor = (call: Call, asked: Asked, place: number): string =>
  Buffer.from(`${place}.${digestOf(call, asked)}`).toString("base64url");

const placeIn = (call: Call, asked: Asked): number => {
  const [place = "", digest] = Buffer.from(asked.pageToken ?? "", "base64url")
    .toString("utf8")
    .split(".");
  if (!/^\d+$/.test(place) || digest !== digestOf(call, asked)) throw invalidArgument(call.product.page.badToken);
  return Number(place);
};

const digestOf = ({ method, params }: Call, { filter = "", orderBy = "" }: Asked): string =>
  createHash("sha256")
    .update(JSON.stringify([method.id, params, filter, orderBy]))
    .digest("hex")
    .slice(0, 12);

type Listing<T> = { kind: string; shown?: (call: Call, item: T) => Resource; newestFirst?: boolean };

/**
 * The handler that lists the resources of a kind below the request's parent. A kind ends with the folder of its names:
 * "run.services" holds `projects/p/locations/l/services/s`. A `-` in the parent's place is any (https://google.aip.dev/159).
 */
export const listing =
  <T extends Resource>(of: Listing<T>): Handler =>
  (call) => {
    const key = of.kind.slice(of.kind.indexOf(".") + 1);
    const stored = within(call.store.entries<T>(of.kind), `${parentIn(call)}/${key}/`);
    const items = of.newestFirst ? stored.reverse() : stored;
    return pageOf({ call, key, items: items.map((item) => of.shown?.(call, item) ?? item) });
  };

/** What lies in a folder; a `-` in its name is any. */
export const within = <T>(entries: readonly [string, T][], folder: string): T[] => {
  const parts = folder.split("/").slice(0, -1);
  return entries
    .filter(([name]) => {
      const own = name.split("/");
      return own.length === parts.length + 1 && parts.every((part, index) => part === "-" || part === own[index]);
    })
    .map(([, value]) => value);
};
