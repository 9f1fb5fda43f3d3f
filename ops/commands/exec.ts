import { execInForeground } from "../../docker/exec";
import { collect, withExitCode, withStack, type Register } from "../terminal/command-line";
import { openStack } from "../stack/running";
import { requireState } from "../stack/guards";
import { partsOf, selectService } from "../stack/select";

export const register: Register = (program) => {
  withStack(program.command("exec"))
    .description("run a command in a service's container, for example: exec leads python manage.py check")
    .argument("<service>")
    .argument("<command...>")
    .option("-e, --env <name>", "hand on this variable of ours, as NAME or NAME=value (repeatable)", collect, [])
    .passThroughOptions()
    .action(
      withExitCode((service: string, command: string[], { stack, env }: { stack: string; env: string[] }) =>
        exec({ service, command, stack, env: env.flatMap(withValue) }),
      ),
    );
  withStack(program.command("shell"))
    .description("open a shell in a service's container")
    .argument("<service>")
    .option("--django", "Django's shell instead, with the models imported")
    .action(
      withExitCode((service: string, { stack, django }: { stack: string; django?: boolean }) =>
        exec({ service, command: django ? ["python", "manage.py", "shell"] : ["bash"], stack }),
      ),
    );
};

/** `env` as NAME=value. */
type Executed = { service: string; command: readonly string[]; stack: string; env?: readonly string[] };

/** Runs a command in a service's container, on our own terminal or pipes. Resolves to its exit code. */
export const exec = async ({ service, command, stack, env = [] }: Executed): Promise<number> => {
  const running = await openStack(stack);
  const part = selectService({ name: service, parts: partsOf(running) });
  await requireState({ running, parts: [part], are: "running" });
  return execInForeground({ docker: running.docker, container: part.container, command, env });
};

/** NAME without a value keeps the value off the command line, where others could see it; an unset one is skipped. */
const withValue = (written: string): string[] => {
  if (written.includes("=")) return [written];
  const value = process.env[written];
  return value === undefined ? [] : [`${written}=${value}`];
};
