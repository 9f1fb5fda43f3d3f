import { portNumber, withExitCode, withStack, type Register } from "../terminal/command-line";

export const register: Register = (program) => {
  withStack(program.command("dashboard"))
    .description("show a running stack in the browser: health, logs, CPU and memory, what needs what, and buttons")
    .option("-p, --port <number>", "the port on loopback (default: any that is free)", portNumber, 0)
    .action(withExitCode(dashboard));
};

/** Serves the dashboard until it is stopped. */
export const dashboard = async (options: { stack: string; port: number }): Promise<number> => {
  // No other command loads the web server.
  const { openDashboard } = await import("../../dashboard/serve");
  const { url } = await openDashboard(options);
  process.stdout.write(`The dashboard of ${options.stack}, for this machine only:\n\n  ${url}\n\n`);
  process.stderr.write("Ctrl-C ends it; the stack keeps running.\n");
  return new Promise<number>(() => undefined);
};
