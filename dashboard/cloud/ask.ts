/** A request to Google's APIs, or to a cloud that answers as they do. */
export type Ask = {
  /** The JSON at an address below an API: `get("run/v2/projects/p/locations/l/services")`. */
  get: <T>(path: string) => Promise<T>;
  /** All items of a list, page after page. */
  list: <T>(path: string, key: string) => Promise<T[]>;
};

type At = { url: string; headers: Readonly<Record<string, string>> };

const PATIENCE_MS = 10_000;
/** More pages than any list of a stack has: a server that hands out tokens for ever ends here. */
const MOST_PAGES = 50;

/** An asker whose errors have the API's own words for their message. */
export const askAt = ({ url, headers }: At): Ask => {
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${url}/${path}`, { headers, signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
      (error: unknown) => {
        throw new Error(`${new URL(url).host} does not answer: ${reasonOf(error)}`);
      },
    );
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status}: ${wordsOf(text)}`);
    return JSON.parse(text) as T;
  };
  const list = async <T>(path: string, key: string): Promise<T[]> => {
    const items: T[] = [];
    let token = "";
    for (let page = 0; page < MOST_PAGES; page++) {
      const query = token === "" ? "" : `${path.includes("?") ? "&" : "?"}pageToken=${encodeURIComponent(token)}`;
      const answer = await get<Record<string, unknown>>(`${path}${query}`);
      items.push(...((answer[key] ?? []) as T[]));
      token = (answer.nextPageToken as string | undefined) ?? "";
      if (token === "") return items;
    }
    return items;
  };
  return { get, list };
};

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
};

/** The message of an error as Google sends it (https://google.aip.dev/193), or what there is instead. */
const wordsOf = (text: string): string => {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    return text.slice(0, 300);
  }
};
