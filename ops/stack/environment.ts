import path from "node:path";
import { DEFAULT_HOST } from "../../docker/connect";
import { quoted } from "../../infra/cures";
import { readConfig } from "./config-file";
import { inFleet, readJson } from "./files";
import { DEV_PASSPHRASE_FILE, environmentFile, type Stack } from "./stack";

/** How this machine gets its tools: `official` downloads, or what `offline/` makes of package registries. */
export type Source = "official" | "offline";

export type Tools = {
  /** PULUMI_HOME when it is the project's own; `undefined` leaves the person's. */
  home: string | undefined;
  /** Put in front of every image name; empty for the official images. */
  imagePrefix: string;
  engineHost: string;
};

/** Values to set; `undefined` is a variable to remove. */
export type Variables = Record<string, string | undefined>;

type InEnvironment = { stack: Stack; tools: Tools; inherited: NodeJS.ProcessEnv };

/** Everything that `pulumi` has to find in its environment to work on this stack. */
export const variablesFor = ({ stack, tools, inherited }: InEnvironment): Variables => ({
  ...everywhere(tools),
  ...dockerCommands,
  // It wins over `pulumi stack select`: the secrets and backend below are this stack's, and must meet no other.
  PULUMI_STACK: stack.name,
  ...(stack.kind === "committed" ? committedSecrets(inherited) : throwAwaySecrets),
  // For dev this repeats Pulumi.yaml's backend, against a PULUMI_BACKEND_URL meant for another project.
  ...(stack.kind !== "committed" && { PULUMI_BACKEND_URL: `file://${stack.backend}` }),
  ...(stack.kind === "own" && ownVariables(stack)),
  // The option --policy-pack of every command that has it.
  ...(isCloud(stack) && { PULUMI_OPTION_POLICY_PACK: path.resolve("policy") }),
});

/** Whether it runs on Google Cloud, a rehearsed one included. */
export const isCloud = ({ configFile }: Stack): boolean => readConfig(configFile).config["fleet:target"] === "gcp";

/** Our own environment, with which `pulumi` works on this stack. */
export const environmentFor = (of: { stack: Stack; tools: Tools }): NodeJS.ProcessEnv =>
  withVariables(process.env, variablesFor({ ...of, inherited: process.env }));

/** A throw-away stack's own variables: a rehearsal sets another passphrase, and Google's endpoints on loopback. */
export const ownVariables = (stack: Stack): Variables =>
  Object.fromEntries(
    // JSON has no undefined.
    Object.entries(readJson<Record<string, string | null>>(environmentFile(stack)) ?? {}).map(([name, value]) => [
      name,
      value ?? undefined,
    ]),
  );

/** The text of .envrc, with which plain `npx pulumi up -s dev` works in a shell. */
export const envrc = (tools: Tools): string => {
  const bin = path.resolve("node_modules", ".bin");
  const variables = { ...everywhere(tools), ...throwAwaySecrets };
  return [
    "# Written by `./fleet start`. Read it into a shell with: source .envrc",
    `case ":$PATH:" in *":${bin}:"*) ;; *) export PATH=${quoted(bin)}:"$PATH" ;; esac`,
    // Pulumi.yaml names the backend relative to the root; from a sub-folder Pulumi would look for it there.
    `[ -n "\${PULUMI_BACKEND_URL:-}" ] || export PULUMI_BACKEND_URL=${quoted(`file://${inFleet("state")}`)}`,
    ...Object.entries(variables).map(([name, value]) =>
      value === undefined ? `unset ${name}` : `export ${name}=${quoted(value)}`,
    ),
    "",
  ].join("\n");
};

/** The environment with the variables set and removed. */
export const withVariables = (environment: NodeJS.ProcessEnv, variables: Variables): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries({ ...environment, ...variables }).filter(([, value]) => value !== undefined));

const everywhere = ({ home, imagePrefix, engineHost }: Tools): Variables => ({
  ...(home && { PULUMI_HOME: home }),
  ...(imagePrefix && { FLEET_IMAGE_PREFIX: imagePrefix }),
  ...(engineHost !== DEFAULT_HOST && { DOCKER_HOST: engineHost }),
  // Set-up installs the plugins that a command needs. Left to itself, Pulumi would fetch one for every installed SDK.
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  // CLI and plugins live for seconds: collecting their garbage later takes a twentieth off every update (2026-11-24).
  GOGC: "400",
});

/** The provider is told the engine by its address, and builds with BuildKit: a choice made for the docker command is not its. */
const dockerCommands: Variables = {
  DOCKER_CONTEXT: undefined,
  DOCKER_BUILDKIT: undefined,
  // Often set on an ARM laptop for somebody else's images.
  DOCKER_DEFAULT_PLATFORM: undefined,
};

/** PULUMI_CONFIG_PASSPHRASE would win over the file. */
const throwAwaySecrets: Variables = {
  PULUMI_CONFIG_PASSPHRASE: undefined,
  PULUMI_CONFIG_PASSPHRASE_FILE: DEV_PASSPHRASE_FILE,
};

/** A shell that has read .envrc carries the public passphrase; no committed stack but dev may be encrypted with it. */
const committedSecrets = ({ PULUMI_CONFIG_PASSPHRASE_FILE: file }: NodeJS.ProcessEnv): Variables =>
  file && path.resolve(file) === DEV_PASSPHRASE_FILE ? { PULUMI_CONFIG_PASSPHRASE_FILE: undefined } : {};
