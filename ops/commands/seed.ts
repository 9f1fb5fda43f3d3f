import { refuseWith } from "../../infra/problems";
import { execShown } from "../../docker/exec";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { openStack } from "../stack/running";
import { idOf, partsOf, selectParts } from "../stack/select";
import { requireState } from "../stack/guards";

type Options = { stack: string; with?: string };

export const register: Register = (program) => {
  withStack(program.command("seed"))
    .description("fill the databases with test data (each service's create_test_data): all systems, or those named")
    .argument("[systems...]")
    .option("--with <arguments>", "arguments for create_test_data, in quotes: --with '--count 1000'")
    .action(withExitCode(seed));
};

/** Runs create_test_data in every web service named, one after the other; each adds to what is there. */
export const seed = async (names: readonly string[], { stack, with: given }: Options): Promise<number> => {
  const running = await openStack(stack);
  const webs = selectParts({ names, parts: partsOf(running).filter(({ kind }) => kind === "web") });
  if (given !== undefined && webs.length !== 1)
    refuseWith({
      path: "--with",
      message: `each service has arguments of its own, and ${webs.length} are named`,
      cure: `./fleet seed leads --with '${given}'`,
    });
  await requireState({ running, parts: webs, are: "running" });
  for (const part of webs) {
    process.stderr.write(`${idOf(part)}\n`);
    const command = ["python", "manage.py", "create_test_data", ...(given?.split(/\s+/).filter(Boolean) ?? [])];
    const code = await execShown({ docker: running.docker, container: part.container, command });
    if (code !== 0) return code;
  }
  return 0;
};
