import assert from "node:assert/strict";
import * as z from "zod";

/** A service's answer, and the request. */
export type Answer = { asked: string; status: number; headers: Headers; body: unknown };

export type Client = ReturnType<typeof clientOf>;

/** The body of every refused request. */
export const refusalShape = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fields: z.record(z.string(), z.array(z.string())).optional(),
  }),
});

const PATIENCE_MS = 10_000;

export type Access = {
  url: string;
  token?: string;
  /** An identity token for Cloud Run's front end, which then leaves Authorization to the service. */
  identity?: string;
  /** Is told of every request. */
  watch?: (asked: Asked) => void;
};

/** A request that was made: its status, or the error where there was no answer, and how long it took. */
export type Asked = {
  method: string;
  path: string;
  status?: number;
  error?: string;
  ms: number;
  /** Seconds, where the service itself tells a client to ask less often. */
  retryAfter?: number;
};

/** Talks JSON to the API below `url`. It returns the answer whatever its status. */
export const clientOf = ({ url, token, identity, watch }: Access) => {
  const ask = async (method: string, path: string, body?: string, type = "application/json"): Promise<Answer> => {
    const headers = {
      accept: "application/json",
      ...(body !== undefined && { "content-type": type }),
      ...(token !== undefined && { authorization: `Token ${token}` }),
      ...(identity !== undefined && { "x-serverless-authorization": `Bearer ${identity}` }),
    };
    const address = new URL(`/api/v1/${path}`, url);
    const init: RequestInit = { method, headers, redirect: "manual", ...(body !== undefined && { body }) };
    const began = performance.now();
    const told = (of: Pick<Asked, "status" | "error" | "retryAfter">): void =>
      watch?.({ method, path: address.pathname, ms: performance.now() - began, ...of });
    const {
      status,
      headers: received,
      text,
    } = await answerOf(address, init).catch((error: Error) => {
      told({ error: causeOf(error) });
      throw error;
    });
    const retryAfter = Number(received.get("retry-after") ?? Number.NaN);
    told({ status, ...(Number.isFinite(retryAfter) && { retryAfter }) });
    return { asked: `${method} ${address.href}`, status, headers: received, body: parsed(text) };
  };
  return {
    get: (path: string) => ask("GET", path),
    post: (path: string, body: object = {}) => ask("POST", path, JSON.stringify(body)),
    put: (path: string, body: object) => ask("PUT", path, JSON.stringify(body)),
    delete: (path: string) => ask("DELETE", path),
    /** Sends the text unchanged. */
    send: (path: string, body: string, type: string) => ask("POST", path, body, type),
  };
};

const answerOf = async (
  address: URL,
  init: RequestInit,
): Promise<{ status: number; headers: Headers; text: string }> => {
  const response = await fetch(address, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

/** The words of fetch alone are "fetch failed". */
export const causeOf = ({ message, cause }: Error): string => (cause instanceof Error ? cause.message : message);

/** The body, if the status is the expected one and the shape fits. */
export const read = <T>(answer: Answer, status: number, shape: z.ZodType<T>): T => {
  assert.equal(answer.status, status, `the status is ${answer.status}, not ${status}`);
  const { success, data, error } = shape.safeParse(answer.body);
  assert.ok(success, `the answer has another shape: ${error && z.prettifyError(error)}`);
  return data;
};

/** A page where JSON was expected is worth seeing too. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};
