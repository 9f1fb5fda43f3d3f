import { refuseWith } from "../../infra/problems";
import { runCaptured } from "../terminal/processes";
import { runPulumi } from "../start/pulumi";
import type { CliSession, Session } from "../start/set-up";
import type { Resource, State } from "../stack/checkpoint";

/** The calls of Pulumi's CLI that a rotation makes, on one stack. */

/** The stack's state, wherever its backend is. */
export const exportState = (session: CliSession): State => {
  const { ok, stdout, stderr } = run(session, ["stack", "export", "--stack", session.stack.name]);
  if (!ok)
    refuseWith({
      path: `stack ${session.stack.name}`,
      message: `its state cannot be read: ${stderr.trim().replace(/^error: /, "")}`,
      cure: "set PULUMI_BACKEND_URL to where the stack lives (docs/team.md), or make it: ./fleet pulumi up",
    });
  const { deployment } = JSON.parse(stdout) as { deployment?: { resources?: Resource[] } };
  return { resources: deployment?.resources ?? [], pending: [] };
};

/** A value of the stack's config, decrypted; undefined where there is none. */
export const configValue = (session: CliSession, key: string): string | undefined => {
  const { ok, stdout } = run(session, ["config", "get", "--path", key, ...session.stackArgs]);
  // A key that Pulumi.yaml declares defaults to an empty text.
  return (ok && stdout.trim()) || undefined;
};

/** Writes a value into the stack's config file. */
export const setConfig = (session: Session, key: string, value: string): void => {
  const { ok, stderr } = run(session, ["config", "set", "--path", key, value, ...session.stackArgs]);
  if (!ok) throw new Error(`${key} could not be set: ${stderr.trim()}`);
};

/** Whether an update would change nothing. */
export const isUpToDate = (session: Session): boolean =>
  run(session, ["preview", "--expect-no-changes", "--non-interactive", ...session.stackArgs]).ok;

/** Updates the stack on our terminal; without `yes` it shows what it would do and asks. Resolves to the exit code. */
export const update = (session: Session, { yes }: { yes: boolean }): Promise<number> => {
  const args = ["up", "--suppress-permalink=true"];
  return runPulumi(session, [...args, ...(yes ? ["--yes", "--skip-preview"] : [])], "inherit");
};

const run = ({ binary, env }: CliSession, args: string[]) => runCaptured({ command: binary, args, env });
