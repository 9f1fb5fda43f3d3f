import { randomBytes } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { refuse, when } from "../../infra/problems";
import type { Config } from "../../infra/settings/stack-file";
import { LOOPBACK } from "../../infra/loopback";
import { readConfig, withConfig } from "../stack/config-file";
import type { Variables } from "../stack/environment";
import { readJson, writeWhenChanged } from "../stack/files";
import { readState } from "../stack/checkpoint";
import { environmentFile, LAUNCHER, type Stack } from "../stack/stack";

/** The cheapest prod that there is: booking alone, one instance of each service, the smallest server, nothing protected. */
const SMALLEST: Config = {
  "fleet:target": "gcp",
  "fleet:systems": '["booking"]',
  "fleet:databaseTier": "db-f1-micro",
  "fleet:databaseConnections": "25",
  "fleet:maxInstances": "1",
  "fleet:deletionProtection": "false",
  "fleet:alerts": "false",
};

export const smallest = ({ project, region }: { project: string; region: string }): Config => ({
  ...SMALLEST,
  "gcp:project": project,
  "gcp:region": region,
});

const passphraseFile = ({ folder }: Stack): string => path.join(folder, "passphrase");
const stageFile = ({ folder }: Stack): string => path.join(folder, "stage.json");

/** Whether an interrupted run has made something, or may have. */
export const isBegun = (stack: Stack): boolean => (readState(stack)?.resources.length ?? 0) > 0;

/** Whether an interrupted run was on its way back already. */
export const isGoing = (stack: Stack): boolean => readJson<{ stage: string }>(stageFile(stack))?.stage === "going";

export const markGoing = (stack: Stack): void =>
  void writeWhenChanged(stageFile(stack), JSON.stringify({ stage: "going" }));

/**
 * Refuses another stack's name, and another project than that of an interrupted run.
 * @throws ProblemsError
 */
export const checkStack = (stack: Stack, project: string): void => {
  const { "gcp:project": begun } = readConfig(stack.configFile).config;
  const isOurs = stack.kind === "own" && (existsSync(passphraseFile(stack)) || !existsSync(stack.configFile));
  refuse([
    ...when(!isOurs, {
      path: "--stack",
      message: `${stack.name} is a stack of another kind: its config and state would be lost`,
      cure: `${LAUNCHER} verify-google --project ${project} --stack <name that no stack has>`,
    }),
    ...when(isOurs && begun !== undefined && begun !== project && isBegun(stack), {
      path: "--project",
      message: `a run in ${begun} was interrupted, and what it made is still there; allowed: ${begun}`,
      cure: `${LAUNCHER} verify-google --project ${begun} --destroy`,
    }),
  ]);
};

type Written = { stack: Stack; config: Config; endpoints: Variables; variables: Variables };

/** Writes the config of a throw-away stack of its own passphrase, and an environment that leads the plugin to the recorder. */
export const writeStack = ({ stack, config, endpoints, variables }: Written): void => {
  if (!existsSync(passphraseFile(stack)))
    writeWhenChanged(passphraseFile(stack), `${randomBytes(24).toString("hex")}\n`);
  if (!existsSync(stack.configFile)) writeWhenChanged(stack.configFile, withConfig({ text: "", config }));
  const here = [process.env["NO_PROXY"] ?? process.env["no_proxy"], ...LOOPBACK].filter(Boolean).join(",");
  const all: Variables = {
    ...endpoints,
    ...{ NO_PROXY: here, no_proxy: here },
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(stack),
    // The policies would have its database protected, and it is removed within the hour.
    FLEET_LIFT_PROTECTION_OF: stack.name,
    ...variables,
  };
  const entries = Object.entries(all).map(([name, value]) => [name, value ?? null]);
  writeWhenChanged(environmentFile(stack), `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
};

/** The project of the run. */
export const projectIn = ({ configFile }: Stack): string => readConfig(configFile).config["gcp:project"] ?? "";

/** Forgets a stack that has nothing any more. */
export const removeStack = ({ folder }: Stack): void => rmSync(folder, { recursive: true, force: true });
