import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../infra/plan/plan";
import { when, type Problem } from "../infra/problems";

/**
 * How the program knows that the policy pack reads what it asks for. Pulumi starts a pack before it starts the program,
 * both as children of one language host: the pack leaves its process id in a file that is named after this host.
 */
type Attachment = {
  /** The folder of these files. */
  folder?: string;
  /** The process id of the language host. */
  host?: number;
};

/** Program and pack are compiled into one folder, .fleet/build. */
const FOLDER = join(__dirname, "..", "policy");

/** Is called by the pack when it starts; what packs left behind that have ended is removed. */
export const attach = ({ folder = FOLDER, host = process.ppid }: Attachment = {}): void => {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!isAlive(join(folder, name))) rmSync(join(folder, name), { force: true });
  writeFileSync(join(folder, String(host)), String(process.pid));
};

/** The problem of a stack of the target gcp whose program runs without the pack, whatever the command. */
export const policyProblems = (
  { stack, target }: Pick<Plan, "stack" | "target">,
  { folder = FOLDER, host = process.ppid }: Attachment = {},
): Problem[] =>
  when(target === "gcp" && !isAlive(join(folder, String(host))), {
    path: `stack ${stack}`,
    message: "runs without the policy pack, which every preview and update of a cloud stack has to pass",
    cure: `./fleet pulumi up --stack ${stack} (brings the pack along); with plain Pulumi: export PULUMI_OPTION_POLICY_PACK=policy. Of refresh and destroy, which take no pack, leave out --run-program`,
  });

/** Whether the process that wrote the file still runs. */
const isAlive = (file: string): boolean => {
  if (!existsSync(file)) return false;
  try {
    return process.kill(Number(readFileSync(file, "utf8")), 0);
  } catch {
    return false;
  }
};
