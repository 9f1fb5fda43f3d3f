import { NAME_PATTERN } from "../naming";
import { when, type Problem } from "../problems";
import { placeSchema, type CloudSettings } from "./cloud";
import { combinationProblems, keysOfOtherTargets } from "./combinations";
import { codespaceHosts } from "../forwarded";
import { regionProblems } from "./regions";
import { reviewProjectProblems } from "./review";
import { settingsSchema, type Settings } from "./schema";
import { valueOf } from "./types";
import { mirrorProblem, placeProblem, settingProblems, type Issue, type Values } from "./wording";

/** A stack's config, in the form in which Pulumi hands it to a program: strings as they are, structures as JSON. */
export type Written = { stack: string; project: string; config: Readonly<Record<string, string>> };

/** The variables that a setting can come from, as `process.env` holds them. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

export type Parsed = {
  /** With the default of each key that has a problem; undefined only where not even the target is known. */
  settings: Settings | undefined;
  /** Every problem of the config at once; where there is one, the settings are good for finding others and no more. */
  problems: Problem[];
  /** Values of secrets by name, which never enter the settings. */
  secretValues: Record<string, string>;
};

/** Reads a stack's settings, with every problem in them. It is pure: config and environment are all that it reads. */
export const parseSettings = (of: Written & { environment: EnvironmentVariables }): Parsed => {
  const { stack, project, config, environment } = of;
  const mirror = environment["FLEET_IMAGE_PREFIX"];
  const own = valuesIn(config, project);
  // A mirror is a matter of the machine, not of the stack: the environment speaks where the stack is silent.
  const isMirrored = mirror !== undefined && mirror !== "" && own["imagePrefix"] === undefined;
  const written = isMirrored ? { ...own, imagePrefix: mirror } : own;
  const foreign = keysOfOtherTargets(written);
  const judged = settingsSchema.safeParse(without(written, foreign));
  const issues = judged.error?.issues ?? [];
  const place = placeIn(config);
  const placed = placeSchema.safeParse(place);
  const problems = [
    ...stackProblems(stack),
    ...issues.flatMap((issue) =>
      isMirrored && issue.path[0] === "imagePrefix"
        ? [mirrorProblem({ issue, value: mirror })]
        : settingProblems(stack, issue, written),
    ),
    ...(written["target"] === "gcp" ? (placed.error?.issues ?? []) : []).map((issue) =>
      placeProblem(stack, issue, place),
    ),
    ...(written["target"] === "gcp" && placed.data
      ? regionProblems({ stack, region: placed.data.region, anyRegion: written["anyRegion"] })
      : []),
    ...combinationProblems(stack, written, foreign),
    ...(written["target"] === "gcp" && placed.data
      ? reviewProjectProblems({ stack, written, project: placed.data.project })
      : []),
  ];

  const { data } = judged.success ? judged : settingsSchema.safeParse(withoutBroken(without(written, foreign), issues));
  if (data === undefined) return { settings: undefined, problems, secretValues: {} };
  const { secrets, systems, target, mariadb, portOffset, hotReload, forwardedHosts, imagePrefix, ...cloud } = data;
  const settings: Settings = {
    ...{ stack, target, mariadb, portOffset, hotReload, imagePrefix },
    forwardedHosts: target === "local" ? [...forwardedHosts, ...codespaceHosts(environment)] : [],
    systems: systems.length > 0 ? systems : ["all"],
    // A secret whose value is wrong has a problem already: it is not missing too.
    secrets: namesIn(written["secrets"]),
    ...(target === "gcp" ? { cloud: { ...cloud, ...(placed.data ?? UNKNOWN_PLACE) } satisfies CloudSettings } : {}),
  };
  return { settings, problems, secretValues: secrets };
};

/** Stands for a place that has a problem, so that the rest of a plan can be judged. */
const UNKNOWN_PLACE = { project: "unknown-project", region: "europe-west1" };

/** The project's own settings, by their keys without namespace. */
const valuesIn = (config: Written["config"], project: string): Values =>
  Object.fromEntries(
    keysOf(config, project)
      // A key that Pulumi.yaml declares has a default there, so an empty text stands for one that is left out.
      .filter(([, text]) => text !== "")
      .map(([key, text]) => [key, valueOf({ key, text })]),
  );

/** The provider's own settings that the program needs too. */
const placeIn = (config: Written["config"]): Record<string, string> =>
  Object.fromEntries(keysOf(config, "gcp").filter(([key]) => key in placeSchema.shape));

const keysOf = (config: Written["config"], namespace: string): [key: string, text: string][] =>
  Object.entries(config)
    .filter(([key]) => key.startsWith(`${namespace}:`))
    .map(([key, text]) => [key.slice(namespace.length + 1), text]);

const without = (values: Values, keys: readonly string[]): Values =>
  Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));

const isMap = (value: unknown): value is Values => typeof value === "object" && value !== null && !Array.isArray(value);

const namesIn = (secrets: unknown): string[] => (isMap(secrets) ? Object.keys(secrets) : []);

/** The values that the schema takes; of a map, its entries that are right. */
const withoutBroken = (written: Values, issues: readonly Issue[]): Values =>
  issues.reduce((values, issue) => {
    if (issue.code === "unrecognized_keys") return without(values, issue.keys);
    const [key = "", entry] = issue.path.map(String);
    const value = values[key];
    return isMap(value) && entry !== undefined ? { ...values, [key]: without(value, [entry]) } : without(values, [key]);
  }, written);

const stackProblems = (stack: string): Problem[] =>
  when(!NAME_PATTERN.test(stack) || stack.length > 20, {
    path: `stack ${stack}`,
    message: "a stack's name is part of container names: at most 20 lower-case letters, digits, - or _, a letter first",
    // Our own commands refuse the name, so it is Pulumi itself that changes it.
    cure: `npx pulumi stack rename <name> --stack '${stack}'`,
  });
