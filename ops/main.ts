import { Command } from "commander";
import { ProblemsError } from "../infra/problems";
import type { Register } from "./terminal/command-line";
import * as backup from "./commands/backup";
import * as completion from "./commands/completion";
import * as cost from "./commands/cost";
import * as dashboard from "./commands/dashboard";
import * as db from "./commands/db";
import * as deploy from "./commands/deploy";
import * as demo from "./commands/demo";
import * as doctor from "./commands/doctor";
import * as exec from "./commands/exec";
import * as install from "./commands/install";
import * as lint from "./commands/lint";
import * as logs from "./commands/logs";
import * as manage from "./commands/manage";
import * as mariadb from "./commands/mariadb";
import * as migrate from "./commands/migrate";
import * as open from "./commands/open";
import * as preview from "./commands/preview";
import * as pin from "./commands/pin";
import * as pulumi from "./commands/pulumi";
import * as rehearse from "./commands/rehearse";
import * as reset from "./commands/reset";
import * as restart from "./commands/restart";
import * as restore from "./commands/restore";
import * as review from "./commands/review";
import * as rollback from "./commands/rollback";
import * as rotate from "./commands/rotate";
import * as sbom from "./commands/sbom";
import * as seed from "./commands/seed";
import * as setup from "./commands/setup";
import * as snapshots from "./commands/snapshots";
import * as stacks from "./commands/stacks";
import * as start from "./commands/start";
import * as status from "./commands/status";
import * as stop from "./commands/stop";
import * as tests from "./commands/tests";
import * as tool from "./commands/tool";
import * as verifyGoogle from "./commands/verify-google";
import { handleSignals } from "./terminal/processes";

/** The command line. Every command resolves to its exit code. */
export const main = async (argv: string[]): Promise<void> => {
  handleSignals(`Stopped. What is done stays done; the same command continues from there.`);
  try {
    await commandLine().parseAsync(argv);
  } catch (error) {
    process.stderr.write(`${error instanceof ProblemsError ? error.message : describe(error as Error)}\n`);
    process.exitCode = 1;
  }
};

/** A person is helped by the message; the trace is for us, and for FLEET_DEBUG=1. */
const describe = (error: Error): string =>
  process.env.FLEET_DEBUG
    ? (error.stack ?? error.message)
    : `fleet: ${error.message}\n    cure: run it again with FLEET_DEBUG=1 to see where this comes from`;

/** Each command describes itself, in its own file; the order is that of the help: what runs, data, Pulumi and the cloud, code. */
const commands: readonly { register: Register }[] = [
  [start, stop, status, logs, dashboard, open, exec, manage, db, migrate, seed, restart, mariadb],
  [backup, restore, snapshots, reset, stacks, doctor],
  [pulumi, preview, deploy, rollback, review, cost, rotate, demo, rehearse, verifyGoogle],
  [tests, lint, tool, install, setup, pin, sbom, completion],
].flat();

/** The whole command line, ready to parse. */
export const commandLine = (): Command => {
  const program = new Command("fleet")
    .description("Django services in Docker on a laptop, or on Google Cloud")
    .enablePositionalOptions()
    .showHelpAfterError("(what there is: fleet --help, fleet <command> --help)");
  for (const { register } of commands) register(program);
  return program;
};
