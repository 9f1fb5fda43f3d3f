import { JOB } from "./types";

export { when } from "../infra/problems";

/**
 * A rule is a pure function from what was asked of Google to sentences about what is wrong, each with its cure.
 * Nothing here knows Pulumi's policy SDK, so that each rule is tested with plain data.
 */

/** Stands for a value that only the update will know, such as the digest of an image that is not built yet. */
export const UNKNOWN = Symbol("known after the update");

/** One resource as the program asks for it; secrets are unwrapped, so a rule never repeats a value in a message. */
export type Resource = {
  /** Its Pulumi type token, such as `gcp:sql/databaseInstance:DatabaseInstance`. */
  type: string;
  /** Its logical name. */
  name: string;
  props: Readonly<Record<string, unknown>>;
};

type RuleBasics = {
  /** The name in Pulumi's output, in kebab case. */
  name: string;
  /** The requirement, in one sentence. */
  description: string;
};

/** Judges each resource of some types alone. */
export type ResourceRule = RuleBasics & {
  types: readonly string[];
  /** One sentence for each mistake. */
  mistakes: (resource: Resource) => string[];
};

/** Judges all resources of the stack together. */
export type StackRule = RuleBasics & {
  stackMistakes: (resources: readonly Resource[]) => { about: Resource; message: string }[];
};

export type Rule = ResourceRule | StackRule;

/** The value at a path such as `template.scaling.maxInstanceCount`; UNKNOWN from the first unknown step on. */
export const at = (value: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (inner, key) =>
        inner === UNKNOWN
          ? UNKNOWN
          : inner === null
            ? undefined
            : (inner as Record<string, unknown> | undefined)?.[key],
      value,
    );

/** The list at a path; empty where there is none or it is not known yet. */
export const listAt = (value: unknown, path: string): unknown[] => {
  const found = at(value, path);
  return Array.isArray(found) ? (found as unknown[]) : [];
};

/** The text at a path; undefined where there is none or it is not known yet. */
export const textAt = (value: unknown, path: string): string | undefined => {
  const found = at(value, path);
  return typeof found === "string" ? found : undefined;
};

/** True where nothing was asked for: an unknown value is something. */
export const isMissing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0);

/** True where a value is surely not the wanted one: an unknown value may become it. */
export const isNot = (value: unknown, wanted: unknown): boolean => value !== UNKNOWN && value !== wanted;

/** The template of what runs containers: a service, a worker pool, or a job, which nests it. */
export const templateOf = ({ type, props }: Resource): unknown =>
  at(props, type === JOB ? "template.template" : "template");

export const containersOf = (resource: Resource): unknown[] => listAt(templateOf(resource), "containers");
