import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A secret of 256 bits that is safe in a URL, in a header and in a shell. */
export const makeToken = (): string => randomBytes(32).toString("base64url");

/** Compares in a time that does not depend on where the texts differ. */
export const isSame = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** The token of an Authorization header: a bearer's, or the password of a log-in with this name. */
export const tokenIn = (header: string | undefined, user?: string): string | undefined => {
  const [, scheme = "", value = ""] = /^(Bearer|Basic) +(\S+)$/i.exec(header ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return value;
  const [name, ...password] = Buffer.from(value, "base64").toString("utf8").split(":");
  return user !== undefined && name === user ? password.join(":") : undefined;
};
