import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { streamSSE, type SSEStreamingApi } from "hono/streaming";
import * as z from "zod";
import type { Actions } from "./actions";
import type { Page } from "./bundle";
import { followLogs, Pending } from "./logs";
import { ACTIONS, type ActionState, type Part, type Picture, type Sample } from "./messages";
import type { Watch } from "./watch";

/** Ten times a second is as fast as an eye follows. */
const BATCH_MS = 100;
const TAIL_LINES = 500;
/** In bytes; the name of an action and of a part are far below. */
const LARGEST_ACTION = 4096;

export type Serving = { docker: Docker; watch: Watch; actions: Actions; page: Page };

/** The routes behind the guard: the page, its two streams, and its buttons. */
export const routes = (serving: Serving): Hono => {
  const app = new Hono();
  for (const [path, { type, body }] of Object.entries(serving.page))
    app.get(path, (c) => c.body(body, 200, { "Content-Type": type }));
  app.get("/events", (c) => streamSSE(c, (stream) => sendEvents({ ...serving, stream })));
  app.get("/logs", (c) => streamLogs({ ...serving, c }));
  app.get("/execution", (c) => sendExecution({ ...serving, c }));
  app.post("/actions", bodyLimit({ maxSize: LARGEST_ACTION }), (c) => press({ ...serving, c }));
  return app;
};

/** Sends all that is known, then each change. */
const sendEvents = async ({ watch, actions, stream }: Serving & { stream: SSEStreamingApi }): Promise<void> => {
  const send = (event: string, data: unknown): void => void stream.writeSSE({ event, data: JSON.stringify(data) });
  const onPicture = (picture: Picture): void => send("picture", picture);
  const onSample = (sample: Sample): void => send("sample", sample);
  const onAction = (state: ActionState): void => send("action", state);
  onPicture(watch.picture);
  send("history", watch.metrics.history);
  actions.states.forEach(onAction);
  watch.on("picture", onPicture).on("sample", onSample);
  actions.on("action", onAction);
  await aborted(stream);
  watch.off("picture", onPicture).off("sample", onSample);
  actions.off("action", onAction);
};

/** Lines of the parts that `part` names (none: all), in batches that wait for a page that is slow. */
const streamLogs = ({ docker, watch, c }: Serving & { c: Context }): Response => {
  const wanted = c.req.queries("part") ?? [];
  return streamSSE(c, async (stream) => {
    const pending = new Pending();
    const ended = new AbortController();
    const followed = new Set<string>();
    const partOf = (id: string): Part | undefined => printersIn(watch.picture).find((part) => part.id === id);
    void aborted(stream).then(() => ended.abort());
    while (!ended.signal.aborted) {
      // An instance of another revision can come at any time.
      const ids = namedIn(watch.picture, wanted).filter((id) => !followed.has(id));
      ids.forEach((id) => followed.add(id));
      if (ids.length > 0) void followLogs({ docker, ids, partOf, tail: TAIL_LINES, pending, signal: ended.signal });
      const batch = pending.take();
      // Resolves when the page's side has room: until then lines wait in `pending`, and the oldest go.
      if (batch) await stream.writeSSE({ event: "lines", data: JSON.stringify(batch) });
      await sleep(BATCH_MS);
    }
  });
};

/** What prints lines: parts in Docker, the instances on a cloud. */
const printersIn = ({ parts, cloud }: Picture): readonly Part[] => cloud?.instances ?? parts;

/** The ids of what prints for the parts that are wanted (none: all); on a cloud that is every instance of a part. */
const namedIn = ({ parts, cloud }: Picture, wanted: readonly string[]): string[] => {
  const isWanted = (id: string): boolean => wanted.length === 0 || wanted.includes(id);
  if (!cloud) return parts.map(({ id }) => id).filter(isWanted);
  const servers = parts.filter(({ id }) => isWanted(id)).map(({ container }) => container);
  return cloud.instances
    .filter(({ id, container }) => isWanted(id) || isWanted(id.split("@")[0] ?? id) || servers.includes(container))
    .map(({ id }) => id);
};

/** What a job's execution printed; only those that the picture shows have a log. */
const sendExecution = ({ watch, c }: Serving & { c: Context }): Response => {
  const name = c.req.query("name") ?? "";
  const shown = watch.picture.cloud?.jobs.items.some(({ executions }) => executions.some((one) => one.name === name));
  const text = shown ? watch.logOf(name) : undefined;
  return text === undefined ? c.text("Nothing that it printed was kept.", 404) : c.text(text);
};

const aborted = (stream: SSEStreamingApi): Promise<void> => new Promise((resolve) => stream.onAbort(resolve));

const actionSchema = z.strictObject({ action: z.enum(ACTIONS), target: z.string().optional() });

/**
 * Starts the command behind a button. Only what the picture shows can be named: nothing else reaches a command line.
 */
const press = async ({ watch, actions, c }: Serving & { c: Context }): Promise<Response> => {
  if (c.req.header("content-type") !== "application/json") return c.json({ message: "an action is JSON" }, 415);
  const parsed = actionSchema.safeParse(await c.req.json().catch(() => undefined));
  if (!parsed.success) return c.json({ message: `not an action; allowed: ${ACTIONS.join(", ")}` }, 400);
  const { action, target } = parsed.data;
  const { parts, systems } = watch.picture;
  const known = [...parts.map(({ id }) => id), ...systems.map(({ name }) => name)];
  if (target !== undefined && !known.includes(target))
    return c.json({ message: `${target} is no part of this stack` }, 400);
  const already = actions.running({ action, target });
  return c.json(already ?? actions.start({ action, target }), already ? 200 : 202);
};
