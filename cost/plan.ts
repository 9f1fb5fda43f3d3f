import { readFileSync } from "node:fs";
import path from "node:path";
import { catalogue } from "../infra/catalogue";
import { makePlan } from "../infra/plan/make-plan";
import { parseSettings } from "../infra/settings/parse";
import { configIn } from "../infra/settings/stack-file";
import type { Settings } from "../infra/settings/schema";
import { ProblemsError, refuse } from "../infra/problems";
import type { CloudPlan } from "../infra/plan/plan";

const PROJECT = "fleet";

/** Settings that no price depends on, for those that the stack's owner has not made yet. */
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
  const own = configIn({ text: readFileSync(file, "utf8"), file: path.basename(file), project: PROJECT });
  const written = { ...own.config, ...config };
  refuse(own.problems);
  if (written["fleet:target"] !== "gcp") throw new ProblemsError([noCloud({ stack, file })]);
  const parsed = parseSettings({ stack, project: PROJECT, config: { ...MADE_UP, ...written }, environment: {} });
  refuse(parsed.problems);
  const settings = parsed.settings as Settings;
  const plan = makePlan(catalogue, { ...settings, secrets: [...settings.secrets, ...outside()] });
  return plan as CloudPlan;
};

const noCloud = ({ stack, file }: { stack: string; file: string }) => ({
  path: "--stack",
  message: `${stack} runs on this machine, which costs nothing a month; allowed: a stack with fleet:target gcp`,
  cure: `npm run cost -- --stack prod, or write fleet:target: gcp in ${path.basename(file)}`,
});

/** Values of secrets that others give; what they are makes no difference here. */
const outside = (): string[] =>
  Object.entries(catalogue).flatMap(([system, { secrets }]) =>
    Object.entries(secrets).flatMap(([name, secret]) => ("fromOutside" in secret ? [`${system}-${name}`] : [])),
  );
