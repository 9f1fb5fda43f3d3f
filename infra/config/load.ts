import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { NAME_PATTERN } from "../naming";
import type { SecretValues } from "../outputs";
import { refuse, suggestion, type Problem } from "../problems";
import { settingsSchema, type Settings } from "./schema";

/**
 * Reads and checks the stack's config: the only place that touches pulumi.Config.
 * @throws ProblemsError with every problem found.
 */
export const loadSettings = (): { settings: Settings; secretValues: SecretValues } => {
  const stack = pulumi.getStack();
  const written = readConfig();
  const parsed = settingsSchema.safeParse(written);
  refuse([
    ...stackProblems(stack),
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf({ issue, written, stack }))),
  ]);
  if (!parsed.success) throw parsed.error; // unreachable: an unsuccessful parse has issues

  const { secrets, ...settings } = parsed.data;
  refuse(combinationProblems(settings, stack));
  return {
    settings: { ...settings, stack, secrets: Object.keys(secrets) },
    secretValues: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, pulumi.secret(value)])),
  };
};

const structured = ["systems", "secrets", "mariadb", "portOffset", "hotReload"];

/** Every `fleet:` key as the value it stands for; what cannot be parsed stays text and fails the schema. */
const readConfig = (): Record<string, unknown> => {
  const prefix = `${pulumi.getProject()}:`;
  const entries = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value] as const)
    .map(([key, value]) => [key, structured.includes(key) ? parsedOrText(value) : value] as const);
  const config = Object.fromEntries<unknown>(entries);
  // A mirror is a matter of the machine, not of the stack: the environment speaks where the stack is silent.
  const { FLEET_IMAGE_PREFIX } = process.env;
  return FLEET_IMAGE_PREFIX && !config["imagePrefix"] ? { ...config, imagePrefix: FLEET_IMAGE_PREFIX } : config;
};

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
  return `pulumi config set fleet:${key} ${example} -s ${stack}`;
};

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

/** What is right alone and wrong together. */
const combinationProblems = (
  { target, hotReload, portOffset }: Omit<Settings, "stack" | "secrets">,
  stack: string,
): Problem[] => {
  if (target === "local") return [];
  const onlyLocal = (key: string): Problem => ({
    path: `fleet:${key}`,
    message: `works with the target local alone, and this stack's target is ${target}`,
    cure: `pulumi config rm fleet:${key} -s ${stack}`,
  });
  return [...(hotReload ? [onlyLocal("hotReload")] : []), ...(portOffset !== 0 ? [onlyLocal("portOffset")] : [])];
};
