import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { catalogue } from "../infra/catalogue";
import { makePlan } from "../infra/plan/make-plan";
import { settingsFrom } from "../infra/settings/load";
import { ProblemsError } from "../infra/problems";
import type { CloudPlan } from "../infra/plan/cloud";
import { withoutSecrets } from "../ops/stack/config-file";

/** What a price does not depend on, where the stack's owner has not said it yet. */
const MADE_UP = {
  "gcp:project": "preview-project",
  "gcp:region": "europe-west1",
  "fleet:alertEmail": "preview@example.com",
  "fleet:network": "default",
  "fleet:messagingAccount": "123456789012",
} as const;

/**
 * The plan of a cloud stack, from the files of `folder` alone: no engine, no state, no cloud. Another revision of the
 * program is asked by compiling this file of it (cost/base.ts), so keep name and arguments.
 * @throws ProblemsError where the stack's settings are wrong, or it is no stack of the cloud.
 */
export const planOf = ({
  stack,
  file,
  config = {},
}: {
  stack: string;
  /** The stack's config file. */
  file: string;
  /** Settings that win over it, as `fleet:systems` and JSON. */
  config?: Readonly<Record<string, string>>;
}): CloudPlan => {
  const written = { ...configIn(readFileSync(file, "utf8")), ...config };
  if (written["fleet:target"] !== "gcp") throw new ProblemsError([noCloud({ stack, file })]);
  const { settings } = settingsFrom({ stack, project: "fleet", config: { ...MADE_UP, ...written } });
  const plan = makePlan(catalogue, { ...settings, secrets: [...settings.secrets, ...outside()] });
  return plan as CloudPlan;
};

const noCloud = ({ stack, file }: { stack: string; file: string }) => ({
  path: "--stack",
  message: `${stack} runs on this machine, which costs nothing a month; allowed: a stack with fleet:target gcp`,
  cure: `./fleet cost --stack prod, or write fleet:target: gcp in ${path.basename(file)}`,
});

/** Values of secrets that others give; what they are makes no difference here. */
const outside = (): string[] =>
  Object.entries(catalogue).flatMap(([system, { secrets }]) =>
    Object.entries(secrets).flatMap(([name, secret]) => ("fromOutside" in secret ? [`${system}-${name}`] : [])),
  );

/** The config of a stack file as Pulumi hands it to a program: everything is text, structures are JSON. */
export const configIn = (yaml: string): Record<string, string> => {
  const { config } = (parse(withoutSecrets(yaml)) ?? {}) as { config?: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config ?? {}).map(([key, value]) => [key, asText(value)]));
};

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
