import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { catalogue } from "../infra/catalogue";
import { makePlan } from "../infra/plan/make-plan";
import type { Plan } from "../infra/plan/plan";
import { settingsFrom } from "../infra/settings/load";
import type { Settings } from "../infra/settings/schema";

export type Wanting = {
  stack: string;
  /** The stack's config file; one that is not there yet, and none at all, say nothing. */
  configFile?: string;
  /** Settings that win over the file's, by their full keys, in the form in which Pulumi hands them to a program. */
  config?: Readonly<Record<string, string>>;
  /**
   * Where the config is silent on what only the stack's owner can say (a project, an e-mail address, secrets from
   * outside), made-up values stand for it. For what does not depend on them.
   */
  madeUp?: boolean;
};

/**
 * The plan of a stack as the tree has it: its catalogue and config, and nothing of what runs. For work that comes before
 * a first update, or that compares; work on what runs reads the published plan.
 * @throws ProblemsError with every rule that catalogue or settings break.
 */
export const wantedPlan = ({ madeUp = false, ...of }: Wanting): Plan => {
  const settings = settingsOf({ ...of, madeUp });
  return makePlan(
    catalogue,
    madeUp ? { ...settings, secrets: [...settings.secrets, ...secretsFromOutside()] } : settings,
  );
};

/** What a plan that is only looked at does not depend on. */
const MADE_UP = {
  "gcp:project": "preview-project",
  "gcp:region": "europe-west1",
  "fleet:alertEmail": "preview@example.com",
  "fleet:network": "default",
  "fleet:messagingAccount": "123456789012",
} as const;

const settingsOf = ({ stack, configFile, config = {}, madeUp }: Wanting): Settings => {
  const text = configFile !== undefined && existsSync(configFile) ? readFileSync(configFile, "utf8") : "";
  const written = { ...configIn(text), ...config };
  const isMadeUp = madeUp && written["fleet:target"] === "gcp";
  return settingsFrom({ stack, project: "fleet", config: { ...(isMadeUp ? MADE_UP : {}), ...written } }).settings;
};

const secretsFromOutside = (): string[] =>
  Object.entries(catalogue).flatMap(([system, { secrets }]) =>
    Object.entries(secrets).flatMap(([name, secret]) => ("fromOutside" in secret ? [`${system}-${name}`] : [])),
  );

/**
 * The config of a stack file as Pulumi hands it to a program: everything is text, structures are JSON. An encrypted value
 * stays unknown, and made-up text stands for it.
 */
export const configIn = (yaml: string): Record<string, string> => {
  const { config } = (parse(yaml) ?? {}) as { config?: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config ?? {}).map(([key, value]) => [key, asText(value)]));
};

const asText = (value: unknown): string => {
  const known = withoutSecrets(value);
  return typeof known === "string" ? known : JSON.stringify(known);
};

const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (Object.keys(value).length === 1 && "secure" in value) return "encrypted";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
};

/** Every system that there is, by name. */
export const systemNames = (): string[] => Object.keys(catalogue);
