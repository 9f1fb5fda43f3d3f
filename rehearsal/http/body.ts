import type { IncomingHttpHeaders } from "node:http";
import { gunzipSync, gzipSync } from "node:zlib";
import { badRequest, invalidArgument } from "../errors";

/** The most bytes of a request's body, before and after it is unpacked. */
export const BODY_LIMIT = 32 << 20;

/** Smaller answers are not worth it. */
const GZIP_FROM = 1024;

/** Google's parser goes no deeper (protobuf's recursion limit). */
const DEEPEST = 100;

/** @throws ApiError 400 for what cannot be unpacked */
export const bodyText = ({ body, headers }: { body: Buffer; headers: IncomingHttpHeaders }): string => {
  const encoding = (headers["content-encoding"] ?? "identity").toLowerCase();
  if (encoding === "identity" || body.length === 0) return body.toString("utf8");
  if (encoding !== "gzip") throw invalidArgument(`Invalid value at 'Content-Encoding', "${encoding}".`);
  try {
    return gunzipSync(body, { maxOutputLength: BODY_LIMIT }).toString("utf8");
  } catch {
    throw invalidArgument("The request's body is not gzip, or it is too large.");
  }
};

/**
 * The JSON of a body; undefined without one.
 * @throws ApiError 400 for what is no JSON
 */
export const parsedBody = (text: string): unknown => {
  if (text.trim() === "") return undefined;
  const body = fromJson(text);
  if (isDeeper(body, DEEPEST))
    throw badRequest({
      field: "",
      description: "Invalid JSON payload received. Message too deep. Max recursion depth reached.",
    });
  return body;
};

const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest({ field: "", description: `Invalid JSON payload received. ${(error as Error).message}` });
  }
};

/** Level by level, as a call for each would end at the stack's depth. */
const isDeeper = (value: unknown, levels: number): boolean => {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item): unknown[] => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
};

/** An answer's bytes and headers, packed where the client takes that. */
export const packed = (text: string, { "accept-encoding": taken = "" }: IncomingHttpHeaders): Packed => {
  const headers = { "content-type": "application/json; charset=UTF-8", vary: "Accept-Encoding" };
  const isPacked =
    text.length >= GZIP_FROM &&
    /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+)?\s*(?:,|$)/.test(String(taken));
  return isPacked ? { text: gzipSync(text), headers: { ...headers, "content-encoding": "gzip" } } : { text, headers };
};

type Packed = { text: string | Buffer; headers: Record<string, string> };
