import type { Part, Status } from "../messages";
import type { Facts, Job, Seen, State } from "./messages";

type InCloud = { part: Part; resource: string; facts: Facts };

/**
 * A part of a stack on Google Cloud, with what the APIs say of its resource. Where they do not answer it is left as its
 * container has it, and says why.
 */
export const inCloud = ({ part: { url, ...part }, resource, facts }: InCloud): Part => {
  const isOpen = facts.services.items.find(({ name }) => name === resource)?.isPublic !== false;
  // An address that refuses whoever brings no identity token opens nothing.
  return {
    ...seenPart({ part: { ...part, ...(url !== undefined && isOpen ? { url } : {}) }, resource, facts }),
    resource,
  };
};

const seenPart = ({ part, resource, facts }: InCloud): Part => {
  // It has no server of ours there: messaging is AWS's.
  if (resource === "") return part;
  const { services, pools, jobs, sql, redis } = facts;
  if (part.kind === "job" || part.kind === "scheduled") return found({ part, resource, seen: jobs, of: ofJob });
  if (part.kind === "web") return found({ part, resource, seen: services, of: ({ state }) => stated({ state, part }) });
  if (part.kind === "worker" || part.kind === "scheduler")
    return found({ part, resource, seen: pools, of: ({ state }) => stated({ state, part }) });
  return found({
    part,
    resource,
    seen: part.kind === "redis" ? redis : sql,
    of: ({ state }) => stated({ state, part }),
  });
};

type Sought<T> = { part: Part; resource: string; seen: Seen<T>; of: (item: T) => Partial<Part> };

const found = <T extends { name: string }>({ part, resource, seen: { items, why }, of }: Sought<T>): Part => {
  const item = items.find(({ name }) => name === resource);
  if (item)
    return {
      ...withoutDetail(part),
      ...of(item),
      ...(why === undefined ? {} : { detail: brief(`from before: ${why}`) }),
    };
  if (why !== undefined) return { ...part, detail: brief(`not shown: ${why}`) };
  return { ...part, status: "gone" };
};

const withoutDetail = ({ detail: _, ...part }: Part): Part => part;

const STATUSES: Record<State["mood"], Status> = {
  good: "healthy",
  busy: "starting",
  bad: "unhealthy",
  idle: "idle",
};

/** What is ready for Google and whose container is down here is down. */
const stated = ({ state: { mood, word, message }, part }: { state: State; part: Part }): Partial<Part> => {
  if (mood !== "good") return { status: STATUSES[mood], detail: brief(message ?? word) };
  return DOWN.includes(part.status) ? part : { status: STATUSES.good };
};

const DOWN: readonly Status[] = ["restarting", "stopped", "unhealthy"];

const ofJob = ({ executions: [last] }: Job): Partial<Part> => {
  if (!last) return { status: "idle", detail: "never run" };
  const { state, createTime, completionTime } = last;
  const status = { good: "done", busy: "running", bad: "failed", idle: "idle" } as const;
  return {
    status: status[state.mood],
    ...(state.mood === "good" ? {} : { detail: brief(state.message ?? state.word) }),
    ...(createTime ? { startedAt: createTime } : {}),
    ...(completionTime ? { finishedAt: completionTime } : {}),
  };
};

/** As much as fits beside a status; the whole is in the view of the cloud. */
const brief = (text: string): string => {
  const [line = ""] = text.split("\n");
  return line.length > BRIEF ? `${line.slice(0, BRIEF).trimEnd()} …` : line;
};

const BRIEF = 90;
