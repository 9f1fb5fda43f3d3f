import { renameSync } from "node:fs";
import path from "node:path";
import { estimate } from "../../cost/estimate";
import { planOf } from "../../cost/plan";
import { traffics } from "../../cost/traffic";
import { bookingStory } from "../../demo/booking";
import { Story } from "../../demo/story";
import { isStandIn } from "../../offline";
import { ProblemsError, refuse, refuseWith } from "../../infra/problems";
import type { Config } from "../../infra/settings/stack-file";
import { planProblems } from "../../stacks/wanted";
import { adoptPending } from "../rehearsal/adopt";
import { endpointVariables } from "../rehearsal/endpoints";
import { runPulumi, updateStack } from "../start/pulumi";
import { setUp, type Session } from "../start/set-up";
import { readState } from "../stack/checkpoint";
import type { Variables } from "../stack/environment";
import { inFleet } from "../stack/files";
import { checkGiven } from "../stack/given";
import { servicesOf } from "../stack/health";
import { clearDeadLocks } from "../stack/locks";
import { reachable } from "../stack/reachable";
import { LAUNCHER, stackOf, type Stack } from "../stack/stack";
import { withExitCode, type Register } from "../terminal/command-line";
import { confirm } from "../terminal/confirm";
import { tell } from "../terminal/phase";
import { inForeground, wasInterrupted } from "../terminal/processes";
import { listProject, projectOf, requireEmpty, type Access } from "../verification/emptiness";
import { google, type Verified } from "../verification/google";
import { startRecorder } from "../verification/recorder";
import { redactorOf } from "../verification/redact";
import * as own from "../verification/stack";

export const register: Register = (program) => {
  program
    .command("verify-google")
    .description("apply the smallest prod to an empty project of yours, walk it, remove it, keep a redacted record")
    .requiredOption("--project <id>", "the empty project, with billing")
    .option("--region <region>", "where", "europe-west1")
    .option("-s, --stack <name>", "the stack's name, with which all names begin", "verify")
    .option("-y, --yes", "do not ask before anything is made")
    .option("--destroy", "only remove what an interrupted run has made")
    .action(withExitCode((options: Options) => verifyGoogle(options, google)));
};

type Options = { project: string; region: string; stack: string; yes?: boolean; destroy?: boolean };

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Applies the smallest prod to an empty project through a recorder, walks through it, applies it again, and removes it,
 * whatever happened before; a run that was killed is continued by the next one. Resolves to the exit code.
 */
export const verifyGoogle = async (options: Options, cloud: Verified): Promise<number> => {
  const { project: id, region, yes = false } = options;
  const stack = stackOf(options.stack);
  own.checkStack(stack, id);
  const config = { ...own.smallest({ project: id, region }), ...cloud.config };
  checkPlace(stack, config);
  const access: Access = { rootOf: (api) => cloud.rootOf(api) ?? "", env: { ...process.env, ...cloud.variables } };
  const project = await projectOf({ access, project: id });
  const left = (): Promise<string[]> => listProject({ access, project: id, region });
  refuseForeign(await left(), stack, id);
  // Before anything is made: without it, nothing can be walked.
  await cloud.identityFor("https://example.run.app");
  print(costOf({ stack, config, project: id, isReal: cloud.isReal }));
  const what = `makes booking in ${id}, walks through it and removes it again`;
  await confirm({ what, word: id, yes: yes || own.isBegun(stack) });
  const file = inFleet("verification", `${stack.name}.jsonl`);
  const rootOf = cloud.rootOf;
  const recorder = await startRecorder({ rootOf, redactor: redactorOf(project), file });
  own.writeStack({ stack, config, endpoints: endpointsAt(recorder.url), variables: cloud.variables });
  // Ctrl-C ends the step that runs, and what was made is removed all the same.
  const work = (): Promise<number> => verifyIn({ stack, cloud, file, left, destroy: options.destroy ?? false });
  return inForeground({ kill: () => undefined, work }).finally(() => recorder.close());
};

/** Project and region are options of their own here. */
const checkPlace = (stack: Stack, given: Config): void => {
  try {
    checkGiven({ stack, file: stack.configFile, given, command: `${LAUNCHER} verify-google`, planProblems });
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    const asOption = (cure: string): string => cure.replace(/--config '?gcp:(\w+)=([^' ]*)'?/, "--$1 $2");
    refuse(error.problems.map((problem) => ({ ...problem, cure: asOption(problem.cure) })));
  }
};

type Verifying = { stack: Stack; cloud: Verified; file: string; left: () => Promise<string[]>; destroy: boolean };

const verifyIn = async (of: Verifying): Promise<number> => {
  const { stack, cloud, destroy } = of;
  const session = await setUp({ stack, create: true });
  if (cloud.isReal) refuseStandIn(session);
  refuse(clearDeadLocks({ stack, report: tell("recovery") }));
  await adoptPending({ session, report: tell("recovery") });
  const isGoing = destroy || own.isGoing(stack);
  const failure = isGoing ? undefined : await tryOut({ ...of, session }).catch((error: Error) => error.message);
  if (failure !== undefined) print(`\nIt failed: ${failure}`);
  const isGone = await remove({ ...of, session });
  return failure === undefined && isGone && !wasInterrupted() ? 0 : 1;
};

type InSession = Verifying & { session: Session };

/** Resolves to what failed, or to nothing. */
const tryOut = async ({ stack, cloud, session }: InSession): Promise<string | undefined> => {
  const code = await updateStack(session, { note: ", through the recorder" });
  if (code !== 0) return wasInterrupted() ? "it was interrupted" : "the update (its lines are above)";
  const failures = await walk({ stack, cloud });
  if (failures > 0) return `${failures} steps of the walk`;
  if (wasInterrupted()) return "it was interrupted";
  const options = ["--yes", "--skip-preview", "--suppress-outputs", "--suppress-permalink=true"];
  const again = await runPulumi(session, ["up", "--refresh", "--expect-no-changes", ...options]);
  return again === 0 ? undefined : "a second update, which changed something or failed";
};

const walk = async ({ stack, cloud }: Pick<Verifying, "stack" | "cloud">): Promise<number> => {
  const services = servicesOf(readState(stack) ?? { resources: [], pending: [] });
  const accessTo = async (name: string) => {
    const url = services.find(({ service }) => service === name)?.url ?? "";
    return { url: reachable(url), identity: await cloud.identityFor(url) };
  };
  const of = { usuarios: await accessTo("usuarios"), reservas: await accessTo("reservas") };
  const story = new Story(print);
  await story.chapter("Booking: a table for four", (told) =>
    bookingStory({ ...of, run: Date.now().toString(36) }, told),
  );
  print(`\n${story.steps} steps, ${story.failures} failed`);
  return story.failures;
};

/** Removes all of it, looks whether anything is left, and then forgets the stack. */
const remove = async ({ stack, session, file, left }: InSession): Promise<boolean> => {
  own.markGoing(stack);
  const again = `${LAUNCHER} verify-google --project ${own.projectIn(stack)} --stack ${stack.name} --destroy`;
  const code = await runPulumi(session, ["destroy", "--yes", "--skip-preview", "--suppress-permalink=true"]);
  const found = code === 0 ? await left() : [];
  if (code !== 0 || found.length > 0) {
    const what = code === 0 ? found.join(", ") : "what the lines above tell";
    print(`\nSomething is left and may cost money: ${what}\n    cure: ${again}`);
    return false;
  }
  const kept = path.join(path.dirname(file), `google-${new Date().toISOString().replace(/[:.]/g, "-")}.jsonl`);
  renameSync(file, kept);
  own.removeStack(stack);
  print(`\nNothing is left. Requests and answers, redacted: ${path.relative("", kept)}`);
  return true;
};

/** What an interrupted run of ours made is no stranger's. */
const refuseForeign = (found: readonly string[], stack: Stack, project: string): void => {
  const isOurs = (name: string): boolean => own.isBegun(stack) && path.basename(name).startsWith(`${stack.name}-`);
  requireEmpty({ found: found.filter((name) => !isOurs(name)), project });
};

/** The recorder is on this machine, and what is behind it is not: no stand-in may get there. */
const refuseStandIn = ({ env }: Session): void => {
  if (env["PULUMI_HOME"] === undefined || !isStandIn(env["PULUMI_HOME"], "gcp")) return;
  refuseWith({
    path: "plugin gcp",
    message: "this machine has a stand-in for the official plugin, which may not touch a real cloud",
    cure: "run it where Pulumi's downloads can be reached, or try it on a rehearsed cloud: npm run rehearse",
  });
};

const endpointsAt = (url: string): Variables =>
  Object.fromEntries(
    Object.entries(endpointVariables({ port: 0, token: "" })).flatMap(([name, value]) =>
      name.endsWith("_CUSTOM_ENDPOINT") ? [[name, value?.replace("http://127.0.0.1:0", url)]] : [],
    ),
  );

const HOURS = 730;

const costOf = (of: { stack: Stack; config: Config; project: string; isReal: boolean }): string => {
  const plan = planOf({ stack: of.stack.name, file: of.stack.configFile, config: of.config });
  const month = estimate({ plan, traffic: traffics[0]! }).total;
  return [
    `This takes about half an hour${of.isReal ? "" : " at Google"} and costs at most ${(month / HOURS).toFixed(2)} US dollars for each hour that it is there;`,
    `left there for a month it would cost ${month.toFixed(2)}. Backups that Google keeps of the deleted server are cents.`,
  ].join("\n");
};
