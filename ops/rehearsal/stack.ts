import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { configIn, withoutSecrets, type Config } from "../../infra/settings/stack-file";
import { accessToken } from "../../rehearsal/access-token";
import { MADE_UP, withMadeUp } from "../stack/config-file";
import { writeWhenChanged } from "../stack/files";
import { checkGiven } from "../stack/given";
import type { Plan } from "../../infra/plan/plan";
import { planProblems, wantedPlan } from "../../stacks/wanted";
import { committedStack, environmentFile, PROJECT } from "../stack/stack";
import { endpointVariables } from "./endpoints";
import type { Place } from "./place";

/** The committed stack whose config is rehearsed. */
const REHEARSED = "prod";

/** The settings that a rehearsal puts in the place of prod's; where they are only looked at, any key will do. */
const placeConfig = ({ project, region, port, awsPort }: Place, accessKey = "checked"): Config => ({
  "gcp:project": project,
  "gcp:region": region,
  "fleet:registryHost": `localhost:${port}`,
  "fleet:messagingEndpoint": `http://aws.localhost:${awsPort}`,
  // LocalStack's own.
  "fleet:messagingAccount": "000000000000",
  "fleet:secrets": JSON.stringify(Object.fromEntries(accessKeys().map((name) => [name, accessKey]))),
});

/** The secrets by which services sign in to AWS. */
const accessKeys = (): string[] => {
  const { datastores } = wantedPlan({ stack: "any", config: { "fleet:target": "local" } });
  return [...datastores.values()].flatMap((datastore) => ("accessKey" in datastore ? datastore.accessKey : []));
};

/** The key to what stands in AWS's place: it follows from the cloud's token, so that nobody else on this machine knows it. */
export const accessKeyIn = (folder: string): string => {
  const digest = createHash("sha256")
    .update(`aws ${accessToken(folder)}`)
    .digest("hex");
  return `FLEET${digest.slice(0, 15).toUpperCase()}`;
};

/** What a rehearsal with these settings makes. */
export const rehearsedPlan = ({ place, given }: { place: Place; given: Config }): Plan => {
  const rehearsed = withoutSecrets(readFileSync(committedStack(REHEARSED).configFile, "utf8"));
  const { config } = configIn({ text: rehearsed, file: "", project: PROJECT });
  return wantedPlan({
    stack: place.stack.name,
    config: { ...config, ...placeConfig(place), ...given },
    madeUp: true,
  });
};

/**
 * Checks prod's settings with those that differ in the rehearsal.
 * @throws ProblemsError with every problem found.
 */
export const checkRehearsed = ({ place, given }: { place: Place; given: Config }): void => {
  const stack = committedStack(REHEARSED);
  checkGiven({
    ...{ stack, file: stack.configFile, given: { ...placeConfig(place), ...given }, defaults: MADE_UP },
    command: `./fleet rehearse --stack ${place.stack.name}`,
    planProblems,
  });
};

type Writing = {
  place: Place;
  config: Config;
  /** The root of the checkout whose prod it is; this one, unless another is named. */
  from?: string;
};

/**
 * Writes a throw-away stack that is prod but for its place: the made-up project, the registry on loopback, a
 * passphrase of its own, and an environment that leads every product of Google's to the rehearsal.
 */
export const writeStack = ({ place, config, from = path.resolve() }: Writing): void => {
  const { stack, port, folder, passphraseFile } = place;
  if (!existsSync(passphraseFile)) writeWhenChanged(passphraseFile, `${randomBytes(24).toString("hex")}\n`);
  const rehearsed = readFileSync(path.join(from, path.basename(committedStack(REHEARSED).configFile)), "utf8");
  const text = withMadeUp({
    text: withoutSecrets(rehearsed),
    config: { ...placeConfig(place, accessKeyIn(folder)), ...config },
    madeUp: withoutToken,
  });
  writeWhenChanged(stack.configFile, withSalt(text, stack.configFile));
  const variables = {
    ...endpointVariables({ port, token: accessToken(folder) }),
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile,
  };
  const entries = Object.entries(variables).map(([name, value]) => [name, value ?? null]);
  writeWhenChanged(environmentFile(stack), `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
};

/** The access token is in the environment, where the provider and the program find it: config and state hold none. */
const { "gcp:accessToken": _, ...withoutToken } = MADE_UP;

/** The salt that the stack was made with stays. */
const withSalt = (text: string, file: string): string => {
  const salt = existsSync(file) ? (/^encryptionsalt: .*\n/m.exec(readFileSync(file, "utf8"))?.[0] ?? "") : "";
  return `${text.replace(/\n*$/, "\n")}${salt}`;
};
