import path from "node:path";
import { InvalidArgumentError } from "commander";
import { refuse, refuseWith } from "../../infra/problems";
import { isLoopback } from "../../infra/loopback";
import { adoptPending } from "../rehearsal/adopt";
import type { Previewed } from "../roll-out/preview";
import { keepReport, markdownOf, OUTCOMES } from "../roll-out/report";
import { rollOut } from "../roll-out/roll-out";
import { isCloud } from "../stack/environment";
import { exclusively } from "../stack/exclusive";
import { clearDeadLocks } from "../stack/locks";
import { requireStack, type Stack } from "../stack/stack";
import { requireRehearsal } from "./manage";
import { setUp, type Session } from "../start/set-up";
import { withExitCode, type Register } from "../terminal/command-line";
import { confirm } from "../terminal/confirm";
import { tell } from "../terminal/phase";

type Options = { yes?: boolean; walk?: boolean; wait?: number; atOnce?: boolean; json?: boolean };

export const register: Register = (program) => {
  program
    .command("deploy")
    .description("roll this checkout out to a cloud stack step by step, and back where it is worse than what serves")
    .argument("<stack>", "such as prod, or a rehearsal that was kept")
    .option("-y, --yes", "do not ask after the preview")
    .option("--walk", "the smoke test writes test data too, as npm run demo does; on a rehearsed cloud it always does")
    .option("--wait <seconds>", "how long a step waits for others' requests before it makes some", seconds)
    .option("--at-once", "without a judgement: all of the traffic for the newest revisions")
    .option("--json", "print the report as JSON")
    .action(withExitCode(deploy));
};

const seconds = (written: string): number => {
  const value = Number(written);
  if (Number.isInteger(value) && value >= 0 && value <= 86_400) return value;
  throw new InvalidArgumentError("allowed: a whole number of seconds, up to a day");
};

/** Rolls this checkout out to a cloud stack, and judges it. Resolves to the exit code. */
export const deploy = async (name: string, options: Options): Promise<number> => {
  const stack = cloudStackOf(name);
  return exclusively({ what: `deploy-${name}`, report: tell("deploy"), work: () => deployTo(stack, options) });
};

/** @throws ProblemsError for a stack that is not there, or not on Google Cloud */
export const cloudStackOf = (name: string): Stack => {
  const stack = requireStack(name);
  if (!isCloud(stack))
    refuseWith({
      path: "stack",
      message: `${name} runs in Docker, where nothing is rolled out; allowed: a stack of Google Cloud`,
      cure: name === "dev" ? "./fleet start" : `./fleet start --stack ${name}`,
    });
  return stack;
};

/** A session on a stack, with what a killed command left cleared away. */
export const openSession = async (stack: Stack): Promise<Session> => {
  const session = await setUp({ stack, hideReady: true });
  await requireRehearsal(stack, session.env);
  refuse(clearDeadLocks({ stack, report: tell("recovery") }));
  await adoptPending({ session, report: tell("recovery") });
  return session;
};

const deployTo = async (stack: Stack, options: Options): Promise<number> => {
  const { yes = false, walk = false, wait, atOnce = false, json = false } = options;
  const session = await openSession(stack);
  const isRehearsed = isLoopback(session.env["GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT"] ?? "");
  const report = await rollOut({
    ...{ session, atOnce, walks: walk || isRehearsed },
    ...(wait !== undefined && { waitMs: wait * 1000 }),
    confirmed: (previewed) => confirm({ what: whatOf(stack, previewed), word: stack.name, yes }),
  });
  const files = keepReport(report);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `\n${markdownOf(report)}`);
  process.stderr.write(`Kept in ${path.relative("", files.markdown)} and ${path.relative("", files.json)}\n`);
  return OUTCOMES[report.outcome];
};

const whatOf = ({ name }: Stack, { counts }: Previewed): string => {
  const told = Object.entries(counts).map(([op, count]) => `${op} ${count}`);
  return `rolls out to ${name}: ${told.length > 0 ? told.join(", ") : "no change"} (what exactly: ./fleet pulumi preview --stack ${name})`;
};
