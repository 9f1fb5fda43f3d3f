import { rmSync } from "node:fs";
import { refuseWith } from "../../infra/problems";
import { print, size } from "../terminal/columns";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { listSnapshots, snapshotFolder, type Listed } from "../data/snapshots/manifest";
import { fileProblems } from "../data/snapshots/verify";
import { stackOf } from "../stack/stack";

type Options = { stack: string; json?: boolean; verify?: boolean; remove?: string };

export const register: Register = (program) => {
  withStack(program.command("snapshots"))
    .description("list the stack's snapshots")
    .option("--verify", "check every file's checksum too; exit code 1 when one is damaged")
    .option("--remove <name>", "remove this one")
    .option("--json", "as JSON")
    .action(withExitCode(snapshots));
};

/** Lists the snapshots of a stack, or removes one. Needs no engine. */
export const snapshots = async (options: Options): Promise<number> => {
  const { name: stack } = stackOf(options.stack);
  if (options.remove !== undefined) return remove({ stack, name: options.remove });
  const listed = listSnapshots(stack);
  const states = await Promise.all(listed.map((each) => stateOf({ stack, each, full: options.verify ?? false })));
  const isDamaged = states.some((state) => state !== "whole");
  print({
    json: options.json,
    header: ["NAME", "TAKEN", "DATABASES", "SIZE", "STATE"],
    rows: listed.map(({ name, bytes, manifest }, index) => [
      name,
      manifest?.takenAt.slice(0, 19) ?? "-",
      manifest?.entries.map(({ system, datastore }) => `${system}/${datastore}`).join(" ") ?? "-",
      size(bytes),
      states[index] ?? "",
    ]),
    data: listed.map((each, index) => ({ ...each, state: states[index] })),
  });
  return isDamaged ? 1 : 0;
};

const stateOf = async ({ stack, each, full }: { stack: string; each: Listed; full: boolean }): Promise<string> => {
  const { name, manifest } = each;
  if (!manifest) return "damaged: its manifest is missing, unreadable or was edited";
  if (!full) return "whole";
  const folder = snapshotFolder({ stack, name });
  const problems = await Promise.all(manifest.entries.map((entry) => fileProblems({ name, entry, folder })));
  return problems.flat()[0]?.message.replace(/^is /, "") ?? "whole";
};

const remove = ({ stack, name }: { stack: string; name: string }): number => {
  const names = listSnapshots(stack).map((listed) => listed.name);
  if (!names.includes(name))
    refuseWith({
      path: "--remove",
      message: `there is no snapshot ${name} of ${stack}`,
      cure: names.length > 0 ? `name one of: ${names.join(", ")}` : "./fleet snapshots --stack <stack>",
    });
  rmSync(snapshotFolder({ stack, name }), { recursive: true });
  process.stdout.write(`removed the snapshot ${name} of ${stack}\n`);
  return 0;
};
