import { FORMAT, publishedPlanSchema, RECORD_NAMES, RECORD_TYPE, type PublishedPlan } from "../../infra/plan/published";
import type { Inventory } from "../../docker/inventory";
import { logicalName, type Resource, type State } from "./checkpoint";
import { rebuiltPlan } from "./rebuilt";

/** The plan of what runs. */
export type Published = {
  /** The plan that work on the stack reads: every part that may exist. */
  plan: PublishedPlan;
  /** The plan of the last update that succeeded; absent before the first. */
  applied?: PublishedPlan;
  /** The plan of the last update that was started. */
  wanted?: PublishedPlan;
} & (
  | { source: "record" }
  /** The plan is rebuilt from resources and labels, without databases, needs and secrets; `why` says why there is no record. */
  | { source: "state"; why: string }
);

/**
 * Reads the plan that the program recorded with the stack. Where there is none that can be read, the plan is put together
 * from the state and, with `inventory`, from the labels of what this clone made on the engine.
 */
export const readPublished = (of: { stack: string; state: State; inventory?: Inventory }): Published => {
  const wanted = recordIn(of.state, RECORD_NAMES.wanted);
  const applied = recordIn(of.state, RECORD_NAMES.applied);
  const why = wanted.why ?? applied.why;
  const plan = joined(applied.plan, wanted.plan);
  if (why !== undefined || plan === undefined)
    return { source: "state", why: why ?? "its state holds no published plan", plan: rebuiltPlan(of) };
  return {
    ...{ source: "record", plan },
    ...(applied.plan && { applied: applied.plan }),
    ...(wanted.plan && { wanted: wanted.plan }),
  };
};

/**
 * The datastores of which an update that did not finish leaves it open what they hold: those that are described otherwise
 * before and after it.
 */
export const unsettledIn = ({ applied, wanted }: Published): Set<string> =>
  new Set(
    (applied?.datastores ?? []).flatMap((before) => {
      const after = wanted?.datastores.find(({ id }) => id === before.id);
      return after === undefined || contentOf(before) === contentOf(after) ? [] : [before.id];
    }),
  );

const contentOf = ({ engine, version, databases }: PublishedPlan["datastores"][number]): string =>
  JSON.stringify([engine, version, databases.map(({ name, user }) => [name, user]).sort()]);

/** The id of the Docker engine on which the last update was begun; undefined before the first that recorded it. */
export const recordedEngine = (state: State): string | undefined => {
  const engine = resourceIn(state, RECORD_NAMES.wanted)?.inputs?.["engine"];
  return typeof engine === "string" ? engine : undefined;
};

const resourceIn = ({ resources }: State, name: string): Resource | undefined =>
  resources.find(({ type, urn }) => type === RECORD_TYPE && logicalName(urn) === name);

type Found = { plan?: PublishedPlan; why?: string };

const recordIn = (state: State, name: string): Found => {
  const resource = resourceIn(state, name);
  if (!resource) return {};
  const record = resource.inputs?.["plan"];
  const { success, data } = publishedPlanSchema.safeParse(record);
  return success ? { plan: data } : { why: whyUnread(record) };
};

const whyUnread = (record: unknown): string => {
  const format = (record as { format?: unknown } | undefined)?.format;
  return typeof format === "number" && format !== FORMAT
    ? `its published plan has the format ${format}, and this clone reads the format ${FORMAT}`
    : "its published plan is damaged";
};

/** The applied plan, and the parts that an unfinished update may have added. */
const joined = (applied: PublishedPlan | undefined, wanted: PublishedPlan | undefined): PublishedPlan | undefined =>
  applied && wanted
    ? {
        ...applied,
        systems: [...applied.systems, ...addedIn(applied.systems, wanted.systems, ({ name }) => name)],
        datastores: [...applied.datastores, ...addedIn(applied.datastores, wanted.datastores, ({ id }) => id)],
        services: [...applied.services, ...addedIn(applied.services, wanted.services, ({ id }) => id)],
        secrets: [...new Set([...applied.secrets, ...wanted.secrets])],
      }
    : (applied ?? wanted);

/** The parts of `after` that `before` does not have. */
const addedIn = <T>(before: readonly T[], after: readonly T[], keyOf: (part: T) => string): T[] => {
  const known = new Set(before.map(keyOf));
  return after.filter((part) => !known.has(keyOf(part)));
};
