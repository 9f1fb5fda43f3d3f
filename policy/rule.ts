import type { BenchmarkRule } from "./benchmarks";
import { when } from "../infra/problems";
import { excusedFrom } from "../infra/targets/gcp/labels";
import { FUNCTION, JOB } from "./types";

export { when };

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

export type RuleBasics = {
  /** The name in Pulumi's output, in kebab case. */
  name: string;
  /** The requirement, in one sentence. */
  description: string;
  /** The rules of Checkov, Trivy and the CIS benchmark that it holds a stack to. */
  covers?: readonly BenchmarkRule[];
  /** It warns and refuses nothing. */
  isAdvisory?: true;
  /** A resource may say in the annotation or label `fleet-excused-<name>` why the rule does not fit it. */
  isExcusable?: true;
  /** It holds for this project alone: another one has customs of its own. */
  isOurs?: true;
  /** It guards data; FLEET_LIFT_PROTECTION_OF lifts it for one update. */
  guardsData?: true;
};

/** Judges each resource of a kind alone. */
export type ResourceRule = RuleBasics & {
  /** The type tokens of the kind. */
  types: RegExp;
  /** One sentence for each mistake. */
  mistakes: (resource: Resource) => string[];
};

/** Judges all resources of the stack together. */
export type StackRule = RuleBasics & {
  stackMistakes: (resources: readonly Resource[]) => { about: Resource; message: string }[];
};

export type Rule = ResourceRule | StackRule;

/** What a rule that judges resources finds in one of them. */
export const mistakesIn = (rule: ResourceRule, resource: Resource): string[] =>
  rule.types.test(resource.type) && !isExcused(rule, resource) ? rule.mistakes(resource) : [];

/** What a rule that judges the stack finds in its resources. */
export const stackMistakesIn = (rule: StackRule, resources: readonly Resource[]) =>
  rule.stackMistakes(resources).filter(({ about }) => !isExcused(rule, about));

const isExcused = ({ name, isExcusable }: RuleBasics, { props }: Resource): boolean =>
  isExcusable === true &&
  Object.keys(excusedFrom(name, "")).some((key) =>
    ["annotations", "labels"].some((path) => !isMissing(at(at(props, path), key))),
  );

type Setting = RuleBasics & {
  types: RegExp;
  /** The path of a setting; lists on the way are walked through. */
  path: string;
  /** Whether a value is a mistake; undefined where there is none. */
  isWrong: (value: unknown) => boolean;
  /** What is wrong, and what to do. */
  say: string;
};

/** A rule about one setting of a kind. */
export const setting = ({ path, isWrong, say, ...rule }: Setting): ResourceRule => ({
  ...rule,
  mistakes: ({ props }) =>
    when(
      valuesAt(props, path).some((value) => value !== UNKNOWN && isWrong(value)),
      say,
    ),
});

export const isNotTrue = (value: unknown): boolean => value !== true;
export const isTrue = (value: unknown): boolean => value === true;
export const isFalse = (value: unknown): boolean => value === false;

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

/** Every value at a path, walking through lists; `[undefined]` where there is none. */
export const valuesAt = (value: unknown, path: string): unknown[] =>
  path.split(".").reduce<unknown[]>((inner, key) => inner.flatMap((one) => elements(at(one, key))), elements(value));

const elements = (value: unknown): unknown[] =>
  Array.isArray(value) ? (value.length === 0 ? [undefined] : (value as unknown[])) : [value];

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

/** The seconds of `90s`; undefined for anything else. */
export const secondsOf = (value: unknown): number | undefined =>
  typeof value === "number"
    ? value
    : /^\d+(\.\d+)?s$/.test(String(value))
      ? Number.parseFloat(String(value))
      : undefined;

/** The template of what runs containers: of a service or a worker pool, a job, which nests it, or Cloud Run's first API. */
export const templateOf = ({ type, props }: Resource): unknown =>
  at(props, JOB.test(type) ? "template.template" : type.startsWith("gcp:cloudrun/") ? "template.spec" : "template");

export const containersOf = (resource: Resource): unknown[] => listAt(templateOf(resource), "containers");

/** The account as which a service, job, worker pool or function runs. */
export const accountOf = (resource: Resource): unknown => {
  const { type, props } = resource;
  if (FUNCTION.test(type)) return at(props, "serviceAccountEmail") ?? at(props, "serviceConfig.serviceAccountEmail");
  return at(templateOf(resource), "serviceAccount") ?? at(templateOf(resource), "serviceAccountName");
};
