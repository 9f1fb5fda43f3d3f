import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withoutEngine } from "../../docker/connect";
import { refuseWith } from "../../infra/problems";
import { withExitCode, withSettings, type Register } from "../terminal/command-line";
import { withoutSecrets, type Config } from "../../infra/settings/stack-file";
import { MADE_UP, withMadeUp } from "../stack/config-file";
import { withVariables } from "../stack/environment";
import { inFleet } from "../stack/files";
import { checkGiven, configGiven } from "../stack/given";
import { runInForeground, runCaptured } from "../terminal/processes";
import { setUpTools } from "../start/set-up";
import type { Pulumi } from "../start/tools";
import { planProblems } from "../../stacks/wanted";
import { knownStacks, PROJECT, stackOf, type Stack } from "../stack/stack";

type Options = { config: string[]; json?: boolean; policyPack?: string; program?: string };

export const register: Register = (program) => {
  withSettings(program.command("preview"), "a setting for this preview, such as fleet:systems=[all] (repeatable)")
    .description("show what a committed stack would make from empty, without credentials")
    .argument("<stack>", "such as prod")
    .option("--json", "print what Pulumi would do as JSON")
    .option("--policy-pack <folder>", "check it against another policy pack too")
    .option("--program <folder>", "preview another program, whose Pulumi.yaml is there")
    .action(withExitCode(preview));
};

/**
 * Shows what a committed stack would make from empty, with no credentials, no Docker engine and no network: a stack of
 * its name in a folder and backend of its own, thrown away afterwards. `config` overrides settings.
 */
export const preview = async (stack: string, { config, ...options }: Options): Promise<number> => {
  const committed = stackOf(stack);
  const { configFile, kind } = committed;
  if (kind !== "committed")
    refuseWith({
      path: "stack",
      message: `${stack} is not a cloud stack with a Pulumi.${stack}.yaml. Stacks here: ${knownStacks().join(", ")}`,
      cure: "./fleet preview prod",
    });
  const given = configGiven(config);
  const command = `./fleet preview ${stack}`;
  checkGiven({ stack: committed, file: configFile, given, defaults: MADE_UP, command, planProblems });
  const tools = await setUpTools(["docker", "random", "gcp"]);
  mkdirSync(inFleet(), { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(inFleet("preview-"));
  try {
    return await previewIn({ folder, committed, config: given, args: argsOf(options), tools });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const argsOf = ({ json, policyPack, program }: Omit<Options, "config">): string[] => [
  ...(json ? ["--json"] : []),
  ...(policyPack ? ["--policy-pack", policyPack] : []),
  ...(program ? ["--cwd", program] : []),
];

type InFolder = { folder: string; committed: Stack; config: Config; args: string[]; tools: Pulumi };

const previewIn = async ({ folder, committed, config, args, tools }: InFolder): Promise<number> => {
  const { name: stack, configFile } = committed;
  const { binary, home } = tools;
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  const env = withVariables(process.env, variables({ folder, home }));
  writeFileSync(file, withoutSecrets(readFileSync(configFile, "utf8")));
  writeFileSync(path.join(folder, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`);
  mkdirSync(path.join(folder, "state"));
  const init = ["stack", "init", stack, "--no-select", "--non-interactive"];
  const made = runCaptured({ command: binary, args: init, env, cwd: folder });
  if (!made.ok) throw new Error(`the temporary stack could not be made: ${made.stderr}`);
  writeFileSync(file, withMadeUp({ text: readFileSync(file, "utf8"), config }));
  return runInForeground({
    command: binary,
    args: [
      ...["preview", "--stack", stack, "--config-file", file, "--suppress-permalink=true"],
      ...["--policy-pack", path.resolve("policy"), ...args],
    ],
    env,
    stdin: "ignore",
  });
};

const variables = ({ folder, home }: { folder: string; home: string | undefined }) => ({
  ...(home === undefined ? {} : { PULUMI_HOME: home }),
  ...withoutEngine,
  PULUMI_STACK: undefined,
  PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
  PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("hex"),
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  // The official plugin would ask Google for its list of regions.
  PULUMI_GCP_SKIP_REGION_VALIDATION: "true",
});
