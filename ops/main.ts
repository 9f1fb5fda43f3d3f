import { Command } from "commander";
import { ProblemsError } from "../infra/problems";
import { demo } from "./commands/demo";
import { lint } from "./commands/lint";
import { preview } from "./commands/preview";
import { pulumi } from "./commands/pulumi";
import { rehearse } from "./commands/rehearse";
import { start } from "./commands/start";
import { down, stop } from "./commands/stop";
import { bench, soak, test } from "./commands/tests";
import { handleSignals } from "./processes";
import { DEFAULT_PORT } from "./rehearsal/place";

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

const commandLine = (): Command => {
  const program = new Command("fleet")
    .description("Django services in Docker on a laptop, or on Google Cloud")
    .enablePositionalOptions();
  program
    .command("start")
    .description("set up this machine, update the stack, show what runs")
    .option("-s, --stack <name>", "the stack", "dev")
    .option(
      "-c, --config <key=value>",
      "a setting to keep in the stack's config, such as fleet:portOffset=1000 (repeatable)",
      collect,
      [],
    )
    .action(withExitCode((options: { stack: string; config: string[] }) => start(options)));
  program
    .command("stop")
    .description("stop the stack's containers; nothing is removed")
    .option("-s, --stack <name>", "the stack", "dev")
    .action(withExitCode((options: { stack: string }) => stop(options)));
  program
    .command("down")
    .description("remove the stack's containers and networks; data stays")
    .option("-s, --stack <name>", "the stack", "dev")
    .option("--remove-data-of <name>", "the stack's name again: remove its data too")
    .action(withExitCode((options: { stack: string; removeDataOf?: string }) => down(options)));
  program
    .command("pulumi")
    .description("run Pulumi with the right environment, for example: pulumi preview -s dev")
    .argument("[args...]")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(withExitCode((args: string[]) => pulumi(args)));
  program
    .command("preview")
    .description("show what a committed stack would make from empty, without credentials")
    .argument("<stack>", "such as prod")
    .option(
      "-c, --config <key=value>",
      "a setting for this preview, such as fleet:systems=[all] (repeatable)",
      collect,
      [],
    )
    .option("--json", "print what Pulumi would do as JSON")
    .option("--policy-pack <folder>", "check it against a policy pack")
    .action((stack: string, options: { config: string[]; json?: boolean; policyPack?: string }) =>
      withExitCode(preview)({
        stack,
        config: options.config,
        args: [
          ...(options.json ? ["--json"] : []),
          ...(options.policyPack ? ["--policy-pack", options.policyPack] : []),
        ],
      }),
    );
  program
    .command("demo")
    .description("walk through every API of a running stack as a client would, and tell of it")
    .option("-s, --stack <name>", "the stack", "dev")
    .action(withExitCode((options: { stack: string }) => demo(options)));
  program
    .command("rehearse")
    .description("apply prod to a Google Cloud on this machine, walk its services, report")
    .option("-s, --stack <name>", "the rehearsal's name, where there are several", "rehearsal")
    .option("-p, --port <number>", "of the rehearsed Google Cloud, on loopback", Number, DEFAULT_PORT)
    .option("-c, --config <key=value>", "a setting that differs from prod's (repeatable)", collect, [])
    .option(
      "--fault <key=value,...>",
      "something to go wrong, such as kind=error,at=secretmanager.*.create,times=2,status=429 (repeatable)",
      collect,
      [],
    )
    .option("--destroy", "take all of it away")
    .action(withExitCode(rehearse));
  program.command("test").description("run the tests").argument("[files...]").action(withExitCode(test));
  program.command("soak").description("run the long tests").argument("[files...]").action(withExitCode(soak));
  program
    .command("bench")
    .description("measure, as ratios; --runs <number>, --only <noop,start,load,cold>, --json")
    .argument("[args...]")
    .allowUnknownOption()
    .passThroughOptions()
    .action(withExitCode((args: string[]) => bench(args)));
  program
    .command("lint")
    .description("check types, style and format of everything")
    .option("--fix", "mend what can be mended")
    .action(withExitCode((options: { fix?: boolean }) => lint(options)));
  return program;
};

const collect = (value: string, before: string[]): string[] => [...before, value];

const withExitCode =
  <A>(command: (argument: A) => Promise<number>) =>
  async (argument: A): Promise<void> => {
    process.exitCode = await command(argument);
  };
