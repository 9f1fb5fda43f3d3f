import type { z } from "zod";
import { curedBy } from "../cures";
import { suggestion, type Problem } from "../problems";
import { descriptions, placeDescriptions, type Description } from "./types";

export type Issue = z.core.$ZodIssue;

/** Settings as values, by their keys without namespace, before they are checked. */
export type Values = Readonly<Record<string, unknown>>;

/** A schema issue in the words of the person who wrote the config. */
export const settingProblems = (stack: string, issue: Issue, written: Values): Problem[] => {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, stack));
  const [key = "", ...rest] = issue.path.map(String);
  const { allowed, example, type } = descriptions[key] ?? NO_KEY;
  const seen = rest.reduce<unknown>((value, part) => (value as Values)[part], written[key]);
  return [
    {
      path: `fleet:${[key, ...rest].join(".")}`,
      message: `${seen === undefined ? "is missing" : `${shown(key, seen)}${faultOf(issue)}`}; allowed: ${allowed}`,
      ...curedBy({ stack, ...changeOf({ key, example, type, place: rest[0] }) }),
    },
  ];
};

/** The value of a secret is not printed. */
const shown = (key: string, seen: unknown): string => (key === "secrets" ? "" : `${JSON.stringify(seen)} `);

/** Stands for the description of a config that is not a map. */
const NO_KEY: Description = { type: "string", allowed: "", example: "" };

const TYPES: Record<string, string> = {
  string: "a text",
  boolean: "a boolean",
  int: "a whole number",
  number: "a whole number",
  array: "a list",
  record: "a map",
};

const faultOf = (issue: Issue): string => {
  if (issue.code === "invalid_type") return `is not ${TYPES[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_format" || issue.code === "custom") return `is ${issue.message}`;
  if (issue.code === "too_small" && issue.origin === "string") return "is empty";
  return issue.code === "too_small" || issue.code === "too_big" ? "is out of range" : "is unknown";
};

type Setting = Omit<Description, "allowed"> & { key: string };

/** `config set` stores a list or a map as text, which Pulumi then refuses: the cure sets one place inside it. */
const changeOf = ({ key, example, type, place }: Setting & { place: string | undefined }) => ({
  ...{ key: `fleet:${key}`, value: example },
  ...(type === "array" ? { at: Number(place ?? 0) } : {}),
  ...(type === "object" ? { at: place ?? "<name>" } : {}),
  ...(key === "secrets" ? { secret: true } : {}),
});

const unknownKey = (key: string, stack: string): Problem => {
  const keys = Object.keys(descriptions);
  return {
    path: `fleet:${key}`,
    message: `is not a setting.${suggestion(key, keys)} Settings: ${keys.join(", ")}`,
    ...curedBy({ stack, key: `fleet:${key}` }),
  };
};

/** A wrong image prefix that the environment gave: the stack's settings are not at fault. */
export const mirrorProblem = ({ issue, value }: { issue: Issue; value: string }): Problem => {
  const { allowed, example } = descriptions["imagePrefix"] ?? NO_KEY;
  return {
    path: "FLEET_IMAGE_PREFIX",
    message: `${JSON.stringify(value)} ${faultOf(issue)}; allowed: ${allowed}`,
    cure: `export FLEET_IMAGE_PREFIX=${example}, or without a mirror: unset FLEET_IMAGE_PREFIX`,
  };
};

/** A wrong setting of the provider. */
export const placeProblem = (stack: string, issue: Issue, place: Readonly<Record<string, string>>): Problem => {
  const key = String(issue.path[0]);
  const { allowed, example } = placeDescriptions[key] ?? NO_KEY;
  const value = place[key];
  return {
    path: `${stack}: gcp:${key}`,
    message: `${value === undefined ? "is missing" : `${value} is ${issue.message}`}; allowed: ${allowed}`,
    ...curedBy({ stack, key: `gcp:${key}`, value: example }),
  };
};
