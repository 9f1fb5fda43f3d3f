import { refuse } from "../../infra/problems";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { inDocker } from "../../demo/token";
import { walk } from "../../demo/walk";
import { connect, engineHost } from "../../docker/connect";
import { servicesOf } from "../stack/health";
import { readState } from "../stack/checkpoint";
import { command, stackOf } from "../stack/stack";

export const register: Register = (program) => {
  withStack(program.command("demo"))
    .description("walk through every API of a running stack as a client would, and print each step")
    .action(withExitCode(demo));
};

/** Walks through every API of a running stack as a client would. Resolves to the exit code. */
export const demo = async ({ stack: name }: { stack: string }): Promise<number> => {
  const stack = stackOf(name);
  const state = readState(stack);
  const services = state ? servicesOf(state) : [];
  if (services.length === 0) {
    refuse([{ path: "--stack", message: `${name} is not running`, cure: command("start", stack) }]);
  }
  const began = Date.now();
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const { steps, failures } = await walk({ services, print, ...inDocker(await connect(engineHost())) });
  print(`\n${steps} steps in ${((Date.now() - began) / 1000).toFixed(0)} s, ${failures} failed`);
  return failures > 0 ? 1 : 0;
};
