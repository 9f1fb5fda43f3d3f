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
};

/** Talks JSON to the API below `url`. It returns the answer whatever its status. */
export const clientOf = ({ url, token, identity }: Access) => {
  const ask = async (method: string, path: string, body?: string, type = "application/json"): Promise<Answer> => {
    const headers = {
      accept: "application/json",
      ...(body !== undefined && { "content-type": type }),
      ...(token !== undefined && { authorization: `Token ${token}` }),
      ...(identity !== undefined && { "x-serverless-authorization": `Bearer ${identity}` }),
    };
    const address = new URL(`/api/v1/${path}`, url);
    const response = await fetch(address, {
      method,
      headers,
      ...(body !== undefined && { body }),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    const { status, headers: received } = response;
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
