import { print, size } from "../terminal/columns";
import { withExitCode, type Register } from "../terminal/command-line";
import { answeringEngine } from "../stack/running";
import { stackOf } from "../stack/stack";
import { stacksOf, type StackRow } from "../status/stacks";

export const register: Register = (program) => {
  program
    .command("stacks")
    .description("list the stacks of this machine, of every clone, and the disk that their data takes")
    .option("--json", "as JSON")
    .action(withExitCode(stacks));
};

/** Lists stacks. */
export const stacks = async ({ json }: { json?: boolean }): Promise<number> => {
  const rows = await stacksOf(await answeringEngine());
  print({
    json,
    header: ["STACK", "STATE", "OFFSET", "DATA", "VOLUMES", "CLONE"],
    rows: rows.map((row) => [
      row.name,
      stateOf(row),
      String(row.portOffset ?? "-"),
      size(row.bytes),
      String(row.volumes),
      row.clone === process.cwd() ? "(this one)" : row.clone,
    ]),
    data: rows,
  });
  return 0;
};

/** The words of `status`: a job that is done is well, and is not counted as a part that should be up. */
export const stateOf = ({ name, running, staying, failedJobs, containers, volumes }: StackRow): string => {
  if (running > 0) {
    const failed = failedJobs > 0 ? `, ${failedJobs} ${failedJobs === 1 ? "job" : "jobs"} failed` : "";
    return `running${running < staying ? ` (${running} of ${staying})` : ""}${failed}`;
  }
  if (containers > 0) return "stopped";
  if (volumes > 0) return "down, data kept";
  return stackOf(name).kind === "committed" ? "not in Docker here" : "down";
};
