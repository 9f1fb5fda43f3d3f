import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { catalogue } from "../infra/catalogue";
import { tryPlan } from "../infra/plan/make-plan";
import type { LocalPlan, Plan } from "../infra/plan/plan";
import { inOneRound, ProblemsError, refuse, type Problem } from "../infra/problems";
import { parseSettings } from "../infra/settings/parse";
import type { Settings } from "../infra/settings/schema";
import { configIn, type Config } from "../infra/settings/stack-file";

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
  const { settings, problems: ofSettings } = settingsOf({ ...of, madeUp });
  const { plan, problems: ofPlan = [] } = settings ? tryPlan(catalogue, settings) : {};
  refuse(inOneRound(ofSettings, ofPlan));
  if (plan === undefined) throw new Error("there is no plan, and no problem says why");
  return plan;
};

/** The wanted plan of a local stack; undefined for one of the cloud, or where settings or catalogue are wrong. */
export const localPlan = (of: Wanting): LocalPlan | undefined => {
  try {
    const plan = wantedPlan(of);
    return plan.target === "local" ? plan : undefined;
  } catch (error) {
    if (error instanceof ProblemsError) return undefined;
    throw error;
  }
};

/** The problems of a stack's settings that only the catalogue shows. */
export const planProblems = (settings: Settings): Problem[] => tryPlan(catalogue, settings).problems;

const secretsFromOutside = Object.entries(catalogue).flatMap(([system, { secrets }]) =>
  Object.entries(secrets).flatMap(([name, secret]) => ("fromOutside" in secret ? [`${system}-${name}`] : [])),
);

/** What a stack's owner alone can say, made up for a plan that is only looked at or applied to no real cloud. */
export const MADE_UP: Config = {
  "gcp:project": "preview-project",
  "gcp:region": "europe-west1",
  "fleet:alertEmail": "preview@example.com",
  "fleet:network": "default",
  "fleet:messagingAccount": "123456789012",
  "fleet:secrets": JSON.stringify(Object.fromEntries(secretsFromOutside.map((name) => [name, "made-up"]))),
};

/** A config with made-up values where it is silent; of a map, with the made-up entries that it lacks. */
export const filled = (own: Config, madeUp: Config): Config => ({
  ...madeUp,
  ...own,
  ...Object.fromEntries(
    Object.entries(madeUp).flatMap(([key, text]) => {
      const made = mapIn(text);
      const given = mapIn(own[key] || "{}");
      return made && given ? [[key, JSON.stringify({ ...made, ...given })]] : [];
    }),
  ),
});

/** The map that a config text stands for, if any. */
const mapIn = (text: string): object | undefined => {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
};

const PROJECT = "fleet";

const settingsOf = ({ stack, configFile, config = {}, madeUp }: Wanting) => {
  const text = configFile !== undefined && existsSync(configFile) ? readFileSync(configFile, "utf8") : "";
  const own = configIn({ text, file: path.basename(configFile ?? ""), project: PROJECT });
  const written = { ...own.config, ...config };
  const isMadeUp = madeUp && written["fleet:target"] === "gcp";
  const { settings, problems } = parseSettings({
    ...{ stack, project: PROJECT, environment: {} },
    config: isMadeUp ? filled(written, MADE_UP) : written,
  });
  return { settings, problems: [...own.problems, ...problems] };
};

/** The names of all systems. */
export const systemNames = (): string[] => Object.keys(catalogue);
