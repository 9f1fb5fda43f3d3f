import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inFleet } from "../../ops/stack/files";
import type { Session } from "../../ops/start/set-up";
import { alternate, timed, type Command } from "./measure";
import { pulumi } from "./stack";
import type { Result } from "./table";

/** An update with nothing to do, against the least that any Pulumi program costs. */
export const measureNoop = async ({ session, runs }: { session: Session; runs: number }): Promise<Result> => ({
  name: "no-op pulumi up",
  against: "an empty Pulumi program",
  aim: "ratio up to 1.3, below 2.5 s",
  ...(await alternate({
    name: "no-op pulumi up",
    runs,
    ours: pulumi(session, "up"),
    theirs: await emptyProgram(session),
  })),
});

/** A program without a resource, on the same CLI, SDK, kind of backend and secrets provider. */
const emptyProgram = async ({ binary, env }: Session): Promise<Command> => {
  const folder = inFleet("bench", "empty");
  if (existsSync(folder)) rmSync(folder, { recursive: true });
  mkdirSync(join(folder, "state"), { recursive: true });
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  write("Pulumi.yaml", "name: empty\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
  write("package.json", '{ "name": "empty", "main": "index.js" }\n');
  write("index.js", 'require("@pulumi/pulumi");\nmodule.exports = async () => ({});\n');

  const own = { ...env, PULUMI_STACK: "empty", PULUMI_BACKEND_URL: `file://${join(folder, "state")}` };
  const run = (...args: string[]): Command => ({ command: binary, args, cwd: folder, env: own });
  await timed(run("stack", "init", "empty", "--non-interactive"));
  return run("up", "--yes", "--skip-preview", "--non-interactive", "--suppress-outputs", "--stack", "empty");
};
