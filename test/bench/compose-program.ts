import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inFleet } from "../../ops/stack/files";
import { runCaptured } from "../../ops/terminal/processes";
import { progress, timed, type Command } from "./measure";

/** Speaks to engines as old as Docker 20.10 (API 1.41). */
const VERSION = "v5.5.1";

/** Compose's two commands on a file, as a project of its own. */
export const composeCommands = async ({
  file,
  env,
}: {
  file: string;
  env: NodeJS.ProcessEnv;
}): Promise<{ up: Command; down: Command }> => {
  const [command = "", ...before] = await composeProgram();
  const folder = inFleet("bench", "compose");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "compose.json");
  // It holds passwords, if only those of a throw-away stack.
  writeFileSync(path, file, { mode: 0o600 });
  const on = (...args: string[]): Command => ({
    command,
    args: [...before, "--project-name", "fleet-bench", "--file", path, ...args],
    env,
  });
  return { up: on("up", "--wait"), down: on("down", "--volumes") };
};

/** `docker compose` where it is installed, else Compose built from its Go module. */
const composeProgram = async (): Promise<string[]> => {
  if (runCaptured({ command: "docker", args: ["compose", "version"] }).ok) return ["docker", "compose"];
  const folder = inFleet("compose");
  const program = join(folder, `docker-compose-${VERSION}`);
  if (!existsSync(program)) await build({ folder, program });
  return [program];
};

const build = async ({ folder, program }: { folder: string; program: string }): Promise<void> => {
  progress(`docker compose is not installed: building ${VERSION} from its Go module (a minute)`);
  mkdirSync(folder, { recursive: true });
  const module = "github.com/docker/compose/v5/cmd";
  const go = (...args: string[]): Promise<number> =>
    timed({ command: "go", args, cwd: folder, env: { ...process.env, CGO_ENABLED: "0" } });
  writeFileSync(join(folder, "go.mod"), "module fleet/bench/compose\n");
  await go("get", "-tool", `${module}@${VERSION}`);
  await go("build", "-ldflags", "-s -w", "-o", `${program}.partial`, module);
  renameSync(`${program}.partial`, program);
};
