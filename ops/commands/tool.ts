import path from "node:path";
import { APP_FOLDER } from "../../infra/targets/local/images";
import { runOneOff } from "../django/one-off";
import { codePartOf } from "../django/code";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { openStack } from "../stack/running";

export const register: Register = (program) => {
  withStack(program.command("tool"))
    .description("run a development tool on a service's code, which it may change: tool callcenter ruff check --fix .")
    .argument("<service>")
    .argument("<command...>")
    .passThroughOptions()
    .action(withExitCode(tool));
};

/** Runs a command in a container like the service's, with its code mounted for writing, as whoever calls. */
export const tool = async (service: string, command: string[], { stack }: { stack: string }): Promise<number> => {
  const running = await openStack(stack);
  const part = await codePartOf(running, service);
  const user = process.getuid ? `${process.getuid()}:${process.getgid?.() ?? 0}` : undefined;
  return runOneOff({
    docker: running.docker,
    container: part.container,
    command,
    env: ["HOME=/tmp"],
    binds: [
      `${path.resolve("services", part.folder)}:${APP_FOLDER}`,
      // The service's own rules extend these.
      `${path.resolve("services", "ruff.toml")}:/srv/ruff.toml:ro`,
    ],
    ...(user !== undefined && { user }),
  });
};
