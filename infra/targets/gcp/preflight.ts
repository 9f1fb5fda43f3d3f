import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { CloudPlan } from "../../plan/plan";
import { when, type Problem } from "../../problems";
import { sourceProblems } from "../build";
import { checkoutProblems } from "./commit";
import { isLoopback } from "../../loopback";
import { isLocalRegistry, registryHost } from "./image";

/** The facts of the machine that are checked before anything is touched. */
export type Machine = {
  /** The environment of the update. */
  env: NodeJS.ProcessEnv;
  /** A preview touches nothing. */
  isPreview: boolean;
  /** The stack's config file, which says how its secrets are encrypted. */
  stackFile: string;
};

type Checking = { plan: CloudPlan; servicesFolder: string; machine: Machine };

/** The problems of a plan on this machine. */
export const cloudProblems = ({ plan, servicesFolder, machine }: Checking): Problem[] => [
  ...sourceProblems(plan, servicesFolder),
  ...passphraseProblems(plan, machine),
  ...(machine.isPreview ? [] : updateProblems({ plan, servicesFolder, machine })),
];

const updateProblems = ({ plan, servicesFolder, machine }: Checking): Problem[] => [
  ...standInProblems(plan, machine),
  ...credentialProblems(plan, machine),
  ...checkoutProblems(servicesFolder),
];

const PUBLIC_PASSPHRASE_FILE = join("stacks", "dev.passphrase");

/** The passphrase of dev is public: a shell that has read .envrc carries it. */
const passphraseProblems = ({ stack }: CloudPlan, { env, stackFile }: Machine): Problem[] => {
  if (hasKey(stackFile)) return [];
  const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  const inUse = given ?? (file && existsSync(file) ? readFileSync(file, "utf8").trim() : undefined);
  const known = existsSync(PUBLIC_PASSPHRASE_FILE) ? readFileSync(PUBLIC_PASSPHRASE_FILE, "utf8").trim() : undefined;
  return when(inUse !== undefined && inUse !== "" && inUse === known, {
    path: `stack ${stack}`,
    message: "its secrets are encrypted with the public passphrase of dev (a shell that has read .envrc has it)",
    cure: `npx pulumi stack change-secrets-provider passphrase --stack ${stack} (asks for one of your own), then unset PULUMI_CONFIG_PASSPHRASE_FILE and set PULUMI_CONFIG_PASSPHRASE to it`,
  });
};

/** With a cloud's key (`secretsprovider: gcpkms://...`) Pulumi uses no passphrase. */
const hasKey = (stackFile: string): boolean =>
  existsSync(stackFile) && /^secretsprovider: *\w+:\/\//m.test(readFileSync(stackFile, "utf8"));

/** A Google Cloud on this machine answers where each of these variables points. */
const endpointVariables = ["CLOUD_RUN_V2", "SQL", "SECRET_MANAGER", "ARTIFACT_REGISTRY", "IAM_BETA", "RESOURCE_MANAGER"]
  .concat(["SERVICE_USAGE", "MONITORING", "REDIS"])
  .map((product) => `GOOGLE_${product}_CUSTOM_ENDPOINT`);

/** A plugin that is not the official one carries a file that says so; it may touch what is on this machine alone. */
const standInProblems = ({ stack }: CloudPlan, { env }: Machine): Problem[] => {
  const standIn = standInPlugin(env);
  const outside = endpointVariables.filter((name) => !isLoopback(env[name] ?? ""));
  return when(standIn !== undefined && outside.length > 0, {
    path: `stack ${stack}`,
    message: `${standIn} is a stand-in for the official plugin, for previews and for a Google Cloud on this machine; not on this machine: ${outside.join(", ")}`,
    cure: `run the update where the official plugin can be had, or set these variables to addresses on loopback`,
  });
};

const standInPlugin = (env: NodeJS.ProcessEnv): string | undefined => {
  const plugins = join(env["PULUMI_HOME"] || join(homedir(), ".pulumi"), "plugins");
  if (!existsSync(plugins)) return undefined;
  const folders = readdirSync(plugins).filter((folder) => /^resource-gcp-v[^/]*$/.test(folder));
  return folders
    .flatMap((folder) => readdirSync(join(plugins, folder)).map((file) => join(plugins, folder, file)))
    .find((file) => file.endsWith(".stand-in"));
};

/** Whether Docker's own config has credentials for pushing images. */
export const hasRegistryCredentials = (plan: CloudPlan, env: NodeJS.ProcessEnv): boolean =>
  !isLocalRegistry(plan) && existsSync(dockerConfig(env));

const dockerConfig = (env: NodeJS.ProcessEnv): string =>
  join(env["DOCKER_CONFIG"] || join(homedir(), ".docker"), "config.json");

const credentialProblems = (plan: CloudPlan, { env }: Machine): Problem[] =>
  when(!isLocalRegistry(plan) && !hasRegistryCredentials(plan, env), {
    path: `registry ${registryHost(plan)}`,
    message: `Docker has no credentials for it: ${dockerConfig(env)} is missing`,
    cure: `gcloud auth configure-docker ${registryHost(plan)}`,
  });
