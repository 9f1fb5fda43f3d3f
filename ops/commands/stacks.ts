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

const stateOf = ({ name, running, containers, volumes }: StackRow): string => {
  if (running > 0) return `running (${running} of ${containers})`;
  if (containers > 0) return "stopped";
  if (volumes > 0) return "down, data kept";
  return stackOf(name).kind === "committed" ? "not in Docker here" : "down";
};
