import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { setUp } from "../start/set-up";
import { stackOf } from "../stack/stack";

export const register: Register = (program) => {
  withStack(program.command("setup"))
    .description("only set up this machine for a stack: all that its commands download, without any credentials")
    .action(withExitCode(setup));
};

/** Set-up alone. A workflow signs in after it: what is downloaded then meets no credentials. */
export const setup = async ({ stack }: { stack: string }): Promise<number> => {
  await setUp({ stack: stackOf(stack) });
  return 0;
};
