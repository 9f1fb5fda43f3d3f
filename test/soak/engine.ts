import { InvalidArgumentError, program } from "commander";
import { ENGINES, machineWith, type EngineName } from "./engines";
import { say } from "./series";

/**
 * Starts an engine of another version beside this machine's own, in a machine within this one: its containers, volumes and
 * ports are its own. `npm run engine -- start 29`, `npm run engine -- run 29 ./fleet start`, `npm run engine -- stop 29`.
 */
const engineName = (given: string): EngineName => {
  const found = ENGINES.find((name) => name === given);
  if (found) return found;
  throw new InvalidArgumentError(`There are ${ENGINES.join(", ")}.`);
};

const start = async (name: EngineName): Promise<void> => {
  const machine = machineWith(name);
  if (!machine.isOn()) await machine.boot();
  if (!(await machine.answers())) await machine.startEngine();
  await machine.bringBaseImages();
  say(`engine ${name} answers; npm run engine -- run ${name} docker version`);
};

const run = (name: EngineName, command: string[]): void => {
  const machine = machineWith(name);
  if (!machine.isOn()) program.error(`engine ${name} does not run; npm run engine -- start ${name}`);
  process.exitCode = machine.runHere({ command, folder: process.cwd() });
};

const stop = (name: EngineName): void => {
  machineWith(name).remove();
  say(`engine ${name} is gone, with its containers, volumes and images`);
};

program.name("npm run engine --").description("an engine of another version, beside this machine's own");
program.enablePositionalOptions();
program.command("start").argument("<engine>", ENGINES.join(", "), engineName).action(start);
program
  .command("run")
  .description("run a command where that engine is the usual one")
  .argument("<engine>", ENGINES.join(", "), engineName)
  .argument("<command...>")
  .passThroughOptions()
  .action(run);
program
  .command("stop")
  .description("end it and delete all that is in it")
  .argument("<engine>", ENGINES.join(", "), engineName)
  .action(stop);
program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
