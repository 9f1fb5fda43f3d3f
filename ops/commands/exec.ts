import { execInForeground } from "../containers/exec";
import { withExitCode, withStack, type Register } from "../command-line";
import { openStack } from "../running";
import { requireUp } from "../up";
import { partsOf, selectService } from "../select";

export const register: Register = (program) => {
  withStack(program.command("exec"))
    .description("run a command in a service's container, for example: exec leads python manage.py check")
    .argument("<service>")
    .argument("<command...>")
    .passThroughOptions()
    .action(
      withExitCode((service: string, command: string[], { stack }: { stack: string }) =>
        exec({ service, command, stack }),
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

/** Runs a command in a service's container, on our own terminal or pipes. Resolves to its exit code. */
export const exec = async (of: { service: string; command: readonly string[]; stack: string }): Promise<number> => {
  const running = await openStack(of.stack);
  const part = selectService({ name: of.service, parts: partsOf(running) });
  await requireUp({ running, part });
  return execInForeground({ docker: running.docker, container: part.container, command: of.command });
};
