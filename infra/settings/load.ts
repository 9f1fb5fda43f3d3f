import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { NAME_PATTERN } from "../naming";
import type { SecretValues } from "../outputs";
import { refuse, suggestion, type Problem } from "../problems";
import { cloudShape, placeSchema, type CloudSettings } from "./cloud";
import { defaultSystems, settingsSchema, type Settings } from "./schema";

/** Where settings are written: a stack's config, in the form in which Pulumi hands it to a program. */
export type Written = { stack: string; project: string; config: Readonly<Record<string, string>> };

type Loaded = { settings: Settings; secretValues: SecretValues; accessToken?: string };

/**
 * Reads and checks the stack's config: the only place that touches pulumi.Config.
 * @throws ProblemsError with every problem found.
 */
export const loadSettings = (): Loaded =>
  settingsFrom({ stack: pulumi.getStack(), project: pulumi.getProject(), config: pulumi.runtime.allConfig() });

/**
 * Checks a config that was read elsewhere.
 * @throws ProblemsError with every problem found.
 */
export const settingsFrom = ({ stack, project, config }: Written): Loaded => {
  const written = readConfig(config, project);
  const place = readPlace(config);
  const isCloud = written["target"] === "gcp";
  const parsed = settingsSchema.safeParse(written);
  const placed = placeSchema.safeParse(place);
  refuse([
    ...stackProblems(stack),
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf({ issue, written, stack }))),
    ...(placed.success || !isCloud ? [] : placed.error.issues.map((issue) => placeProblem({ issue, place, stack }))),
    ...combinationProblems({ written, stack }),
  ]);
  if (!parsed.success) throw parsed.error; // unreachable: an unsuccessful parse has issues

  const accessToken = config["gcp:accessToken"];
  const { secrets, systems, target, mariadb, portOffset, hotReload, imagePrefix, ...cloud } = parsed.data;
  return {
    settings: {
      ...{ stack, target, mariadb, portOffset, hotReload, imagePrefix },
      systems: systems.length > 0 ? systems : defaultSystems[target],
      secrets: Object.keys(secrets),
      ...(isCloud && placed.success ? { cloud: { ...cloud, ...placed.data } satisfies CloudSettings } : {}),
    },
    secretValues: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, pulumi.secret(value)])),
    ...(accessToken === undefined ? {} : { accessToken }),
  };
};

/** Keys whose values are more than text. */
const structured = [
  ...["systems", "secrets", "mariadb", "portOffset", "hotReload"],
  ...["databaseConnections", "deletionProtection", "maxInstances", "alerts"],
  ...["canaryPercent", "stableRevisions", "rotations"],
];

/** Every `fleet:` key as the value it stands for; what cannot be parsed stays text and fails the schema. */
const readConfig = (written: Written["config"], project: string): Record<string, unknown> => {
  const config = Object.fromEntries<unknown>(
    keysOf(written, project)
      // What Pulumi.yaml declares has a default there, so an empty text is what is left out.
      .filter(([, value]) => value !== "")
      .map(([key, value]) => [key, structured.includes(key) ? parsedOrText(value) : value]),
  );
  // A mirror is a matter of the machine, not of the stack: the environment speaks where the stack is silent.
  const { FLEET_IMAGE_PREFIX } = process.env;
  return FLEET_IMAGE_PREFIX && !config["imagePrefix"] ? { ...config, imagePrefix: FLEET_IMAGE_PREFIX } : config;
};

/** Of the provider's own keys those that the program needs too. */
const readPlace = (config: Written["config"]): Record<string, string> =>
  Object.fromEntries(keysOf(config, "gcp").filter(([key]) => key in placeSchema.shape));

const keysOf = (config: Written["config"], namespace: string): [key: string, value: string][] =>
  Object.entries(config)
    .filter(([key]) => key.startsWith(`${namespace}:`))
    .map(([key, value]) => [key.slice(namespace.length + 1), value]);

const parsedOrText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const stackProblems = (stack: string): Problem[] =>
  NAME_PATTERN.test(stack) && stack.length <= 20
    ? []
    : [
        {
          path: `stack ${stack}`,
          message:
            "a stack's name is part of container names: at most 20 lower-case letters, digits, - or _, a letter first",
          cure: "pulumi stack rename <name>",
        },
      ];

/** A schema issue in the words of the person who wrote the config. */
const problemsOf = ({
  issue,
  written,
  stack,
}: {
  issue: z.core.$ZodIssue;
  written: Record<string, unknown>;
  stack: string;
}): Problem[] => {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, stack));
  const [key = "", ...rest] = issue.path.map(String);
  const missing = written[key] === undefined;
  const { allowed, example } = wordsFor(key);
  return [
    {
      path: `fleet:${[key, ...rest].join(".")}`,
      message: `${missing ? "is missing" : issue.message}; allowed: ${allowed}`,
      cure: cureFor({ key, example, name: rest[0] ?? "<name>", stack }),
    },
  ];
};

const cureFor = ({ key, example, name, stack }: Record<"key" | "example" | "name" | "stack", string>): string => {
  if (key === "secrets") return setSecret(name, stack);
  // `pulumi config set` writes a list as text, which Pulumi then refuses.
  if (key === "systems") return `write in Pulumi.${stack}.yaml: fleet:systems: ${example}`;
  if (key === "stableRevisions" || key === "rotations")
    return `pulumi config set --path 'fleet:${key}["${name}"]' <value> -s ${stack}`;
  return `pulumi config set fleet:${key} ${example} -s ${stack}`;
};

/** The command that gives a secret its value. */
const setSecret = (name: string, stack: string): string =>
  `pulumi config set --secret --path 'fleet:secrets.${name}' <value> -s ${stack}`;

const unknownKey = (key: string, stack: string): Problem => {
  const keys = Object.keys(settingsSchema.shape);
  return {
    path: `fleet:${key}`,
    message: `is no setting.${suggestion(key, keys)} Settings: ${keys.join(", ")}`,
    cure: `pulumi config rm fleet:${key} -s ${stack}`,
  };
};

/** What the schema says of a key: `allowed` values and an `example` for the command. */
const wordsFor = (key = ""): { allowed: string; example: string } => {
  const field = settingsSchema.shape[key as keyof typeof settingsSchema.shape];
  return (field?.meta() ?? { allowed: "", example: "" }) as { allowed: string; example: string };
};

const placeProblem = ({
  issue,
  place,
  stack,
}: {
  issue: z.core.$ZodIssue;
  place: Record<string, string>;
  stack: string;
}): Problem => {
  const key = String(issue.path[0]) as keyof typeof placeSchema.shape;
  const { allowed, example } = placeSchema.shape[key].meta() as { allowed: string; example: string };
  const value = place[key];
  return {
    path: `${stack}: gcp:${key}`,
    message: `${value === undefined ? "is missing" : `${value} is ${issue.message}`}; allowed: ${allowed}`,
    cure: `pulumi config set gcp:${key} ${example} -s ${stack}`,
  };
};

/** What is right alone and wrong together. */
const combinationProblems = ({ written, stack }: { written: Record<string, unknown>; stack: string }): Problem[] => {
  const { target } = written;
  if (target === "gcp") return [...onlyWith("local", localKeys, written, stack), ...watchProblems(written, stack)];
  return target === "local" ? onlyWith("gcp", Object.keys(cloudShape), written, stack) : [];
};

const localKeys = ["hotReload", "portOffset"];

/** A key that means nothing for the target may hold its default, which Pulumi.yaml declares. */
const onlyWith = (target: string, keys: string[], written: Record<string, unknown>, stack: string): Problem[] =>
  keys
    .filter((key) => written[key] !== undefined && !isDefault(key, written[key]))
    .map((key) => ({
      path: `fleet:${key}`,
      message: `works with the target ${target} alone, and this stack's target is ${String(written["target"])}`,
      cure: `pulumi config rm fleet:${key} -s ${stack}`,
    }));

const isDefault = (key: string, value: unknown): boolean => {
  const field = settingsSchema.shape[key as keyof typeof settingsSchema.shape];
  const standard = field.safeParse(undefined);
  return standard.success && JSON.stringify(standard.data) === JSON.stringify(value);
};

const watchProblems = ({ alerts, alertEmail }: Record<string, unknown>, stack: string): Problem[] =>
  alerts === false || alertEmail !== undefined
    ? []
    : [
        {
          path: "fleet:alertEmail",
          message: "is missing, and alerts nobody gets are none; allowed: an e-mail address",
          cure: `pulumi config set fleet:alertEmail you@example.com -s ${stack}, or without alerts: pulumi config set fleet:alerts false -s ${stack}`,
        },
      ];
