/** A token that is asked for when it is needed, and kept while it is good. */
export type Tokens = {
  get: () => Promise<string | undefined>;
  /** Says that the token was refused: the next request asks for another. */
  forget: () => void;
};

/** Google's tokens live an hour; a request under way has these minutes. */
const MARGIN_MS = 5 * 60_000;
/** Of a token that does not say when it ends. */
const LIFE_MS = 50 * 60_000;

type Kept = { token: Promise<string | undefined>; until: number };

/** Keeps the token that `ask` gives until shortly before its end; requests side by side wait for one answer. */
export const renewed = (ask: () => Promise<string | undefined>, now: () => number = Date.now): Tokens => {
  let kept: Kept | undefined;
  const renew = (): Kept => {
    const fresh: Kept = { token: ask().catch(() => undefined), until: Infinity };
    void fresh.token.then((token) => {
      // What was not given is asked for again.
      fresh.until = token === undefined ? 0 : (endOf(token) ?? now() + LIFE_MS + MARGIN_MS) - MARGIN_MS;
    });
    return fresh;
  };
  return {
    get: () => {
      if (kept === undefined || kept.until <= now()) kept = renew();
      return kept.token;
    },
    forget: () => void (kept = undefined),
  };
};

/** When a token ends, in milliseconds. */
const endOf = (token: string): number | undefined => {
  const { exp } = claimsOf(token);
  return typeof exp === "number" ? exp * 1000 : undefined;
};

/** What a token says, without a look at its signature: Google judges that. */
export const claimsOf = (token: string): { email?: unknown; exp?: unknown } => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null ? claims : {};
  } catch {
    return {};
  }
};
