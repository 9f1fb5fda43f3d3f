import { describe, refuseWith } from "../../infra/problems";
import { tell, type Report } from "../terminal/phase";
import { runInForeground, runWithLines } from "../terminal/processes";
import { withFailedBuilds } from "./failed-builds";
import type { Session } from "./set-up";
import { newEventsFile, takeEvents, type Told } from "./update-events";
import { faultsIn } from "./update-faults";

type Stdin = "ignore" | "inherit";

/** Runs a command of Pulumi's on the session's stack and on our own terminal; resolves to its exit code. */
export const runPulumi = (session: Session, args: readonly string[], stdin: Stdin = "ignore"): Promise<number> =>
  withFailedBuilds(() =>
    runInForeground({ command: session.binary, args: [...args, ...session.stackArgs], env: session.env, stdin }),
  );

type Update = { refresh?: boolean; note?: string };

/** As `tryUpdate`, to the exit code alone. */
export const updateStack = async (session: Session, update: Update): Promise<number> =>
  (await tryUpdate(session, update)).code;

/**
 * Updates the stack without a question; `note` is shown behind the command. What the engine refused without a cure is told
 * with one. Resolves to the exit code and to what the update told.
 */
export const tryUpdate = async (
  session: Session,
  { refresh = false, note = "" }: Update,
): Promise<Told & { code: number }> => {
  tell("update")(`pulumi up --stack ${session.stack.name}${refresh ? " --refresh" : ""}${note}`);
  const options = ["--yes", "--skip-preview", "--suppress-outputs", "--suppress-permalink=true"];
  const events = newEventsFile(session.stack.name);
  const args = ["up", ...options, "--event-log", events, ...(refresh ? ["--refresh"] : [])];
  // Without the variable the option is unknown; the Automation API sets it too.
  const code = await runPulumi({ ...session, env: { ...session.env, PULUMI_DEBUG_COMMANDS: "true" } }, args);
  const told = takeEvents(events);
  if (code !== 0) for (const fault of faultsIn(told.errors)) process.stderr.write(`\n${describe(fault)}\n`);
  return { code, ...told };
};

type Reported = { args: string[]; report: Report; message: string; cure: string };

/**
 * Runs a command of Pulumi's and shows its lines only where it fails.
 * @throws ProblemsError with the message, whose lines are then above.
 */
export const pulumiOrRefuse = async (session: Session, { args, report, message, cure }: Reported): Promise<void> => {
  const lines: string[] = [];
  const collect = (line: string): void => void lines.push(line);
  if (await runWithLines({ command: session.binary, args, env: session.env, report: collect })) return;
  lines.forEach(report);
  refuseWith({ path: `stack ${session.stack.name}`, message: `${message} (Pulumi's lines are above)`, cure });
};
