import { readFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "../../infra/settings/stack-file";
import { curedBy } from "../../infra/cures";
import { modeProblems } from "../../infra/targets/local/mounts";
import { describe, refuse, refuseWith } from "../../infra/problems";
import { withExitCode, withSettings, withStack, type Register } from "../terminal/command-line";
import { readConfig, withConfig } from "../stack/config-file";
import { driftOf } from "../stack/drift";
import { removeContainers } from "../stack/remove-containers";
import type { Inventory } from "../../docker/inventory";
import { writeWhenChanged } from "../stack/files";
import { checkGiven, configGiven } from "../stack/given";
import { checkServices, healthSourceOf, servicesOf, table } from "../stack/health";
import { wasInterrupted } from "../terminal/processes";
import { adoptData } from "../start/adopt-data";
import { pickOffset } from "../start/ports/offset";
import { nodeAdvice } from "../start/node";
import { updateStack } from "../start/pulumi";
import { standInsInUse } from "../start/memory";
import { foretold } from "../start/took";
import { recover } from "../start/recovery";
import { setUp, type Session } from "../start/set-up";
import { startStopped } from "../start/start-stopped";
import { runPhase, tell, type Report } from "../terminal/phase";
import { readState, type State } from "../stack/checkpoint";
import { command, settingsFile, throwAwayStackOf, type Stack } from "../stack/stack";
import { planProblems, wantedPlan } from "../../stacks/wanted";

export const register: Register = (program) => {
  const kept = "a setting to keep in the stack's config, such as 'fleet:systems=[leads]' (repeatable)";
  withSettings(withStack(program.command("start")), kept)
    .alias("up")
    .description("set up this machine, update the stack, show what runs")
    .option("--adopt-data-of <clone>", "take over the stack's data that this other clone made, as its refusal names it")
    .action(withExitCode(start));
};

const PATIENCE_MS = 60_000;

type Options = { stack: string; config: string[]; adoptDataOf?: string };

/** Brings the stack up from any state: sets up, recovers, updates, and shows what runs. Resolves to the exit code. */
export const start = async ({ stack: name, config, adoptDataOf: maker }: Options): Promise<number> => {
  const stack = throwAwayStackOf(name);
  const given = configGiven(config);
  checkConfig({ stack, given });
  checkMounts({ stack, given });
  nodeAdvice().map(describe).forEach(tell("node"));
  const session = await setUp({ stack, create: true, config: given });
  keepConfig({ stack, config: { ...given, ...(await offsetFor({ session, given })) } });
  const { state, inventory } = await runPhase({ name: "recovery", phase: (report) => recover({ session, report }) });
  if (maker !== undefined) adoptData({ stack, maker, inventory, report: tell("data") });
  const refresh = await runPhase({
    name: "drift",
    phase: (report) => mendDrift({ session, state, inventory, report }),
  });
  const update = (): Promise<number> => updateStack(session, { refresh });
  const code = state.resources.length > 0 ? await update() : await firstUpdate({ stack, update });
  if (code !== 0) return failed({ stack, code });
  return show(session);
};

/**
 * Refuses wrong settings before anything is touched. Pulumi checks types before the program runs, and names no cure; and
 * what the command line gives is kept in the file.
 */
const checkConfig = ({ stack, given }: { stack: Stack; given: Config }): void => {
  if (given["fleet:secrets"] !== undefined)
    refuseWith({
      path: "--config fleet:secrets",
      message: "a secret on a command line stays in the shell's history, and would be kept as plain text",
      cure: `leave it out; for a stack that is there: ${curedBy({ stack: stack.name, key: "fleet:secrets", at: "<name>", secret: true }).cure} (it asks for the value)`,
    });
  checkGiven({ stack, file: settingsFile(stack), given, command: command("start", stack), planProblems });
};

/** What the update would refuse after minutes of downloads and builds. */
const checkMounts = ({ stack, given }: { stack: Stack; given: Config }): void => {
  const plan = wantedPlan({ stack: stack.name, configFile: settingsFile(stack), config: given, madeUp: true });
  if (plan.target === "local") refuse(modeProblems({ plan, servicesFolder: path.resolve("services") }));
};

/** Keeps settings in the stack's file; `pulumi up --config` would write a list as text, which Pulumi then refuses. */
const keepConfig = ({ stack, config }: { stack: Stack; config: Config }): void => {
  if (Object.keys(config).length === 0) return;
  writeWhenChanged(stack.configFile, withConfig({ text: readFileSync(stack.configFile, "utf8"), config }));
};

/** A throw-away stack without a port offset gets one of its own, and keeps it in its config. */
const offsetFor = async ({ session, given }: { session: Session; given: Config }): Promise<Config> => {
  const { stack, docker } = session;
  const config = { ...readConfig(stack.configFile).config, ...given };
  if (stack.kind !== "own" || config["fleet:portOffset"] !== undefined) return {};
  const offset = await pickOffset({ docker, stack });
  tell("ports")(`${stack.name} adds ${offset} to every port`);
  return { "fleet:portOffset": String(offset) };
};

type Drifted = { session: Session; state: State; inventory: Inventory; report: Report };

/** Starts stopped containers, removes those that lost their network, and returns whether Pulumi has to refresh. */
const mendDrift = async (of: Drifted): Promise<boolean> => {
  const { docker, stack } = of.session;
  const drift = driftOf(of.state.resources, of.inventory);
  for (const { line } of [...drift.gone, ...drift.cutOff, ...drift.stopped]) of.report(line);

  const cutOff = new Set(drift.cutOff.map(({ resource }) => resource.id));
  const containers = of.inventory.containers.filter(({ id }) => cutOff.has(id));
  await removeContainers({ docker, stack, containers, report: of.report });
  const failures = await startStopped({ docker, stopped: drift.stopped, resources: of.state.resources });
  failures.forEach(of.report);
  return drift.gone.length + drift.cutOff.length + failures.length > 0;
};

/** It takes minutes, of which the CLI shows little. */
const firstUpdate = async ({ stack, update }: { stack: Stack; update: () => Promise<number> }): Promise<number> => {
  const about = `the first update of ${stack.name} makes an image for each service, of up to 0.6 GB, and starts them: minutes where their packages have to be fetched`;
  return foretold({
    ...{ what: "first update", about, report: tell("update"), work: update },
    isDone: (code) => code === 0,
  });
};

const failed = ({ stack, code }: { stack: Stack; code: number }): number => {
  const again = command("start", stack);
  if (wasInterrupted())
    process.stderr.write(`\nInterrupted. Resources that were created are kept; to continue: ${again}\n`);
  else process.stderr.write(`\nThe update failed (its message is above). Correct the cause, then run: ${again}\n`);
  return wasInterrupted() ? 130 : code;
};

const show = async ({ stack, docker }: Session): Promise<number> => {
  const services = servicesOf(readState(stack) ?? { resources: [], pending: [] });
  const checked = await checkServices({ services, source: healthSourceOf(docker), patienceMs: PATIENCE_MS });
  const unhealthy = checked.filter(({ isHealthy }) => !isHealthy);
  process.stdout.write(`\n${table(checked)}\n\n`);
  for (const { system, service, container } of unhealthy)
    process.stdout.write(
      `${container} is not healthy; its log: ${command(`logs --tail 50 ${system}/${service}`, stack)}\n`,
    );
  process.stdout.write(`The dashboard, with all of this in a browser: ${command("dashboard", stack)}\n`);
  process.stdout.write(`Test data, and a user to log in as at /admin/: ${command("seed", stack)}\n`);
  const standIns = standInsInUse();
  if (standIns !== undefined) process.stdout.write(`${standIns}\n`);
  process.stdout.write(
    `To stop: ${command("stop", stack)} (all stays as it is). To remove everything but the data: ${command("down", stack)}\n`,
  );
  return unhealthy.length > 0 ? 1 : 0;
};
