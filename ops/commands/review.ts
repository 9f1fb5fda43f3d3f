import { InvalidArgumentError, type Command } from "commander";
import { REVIEW_BASE, reviewStack } from "../../infra/naming";
import { refuse, refuseWith, when, type Problem } from "../../infra/problems";
import { baseStack, requireBase, type Base } from "../review/base";
import { closeReview } from "../review/close";
import { knownReviews, staleReviews, strandedSlots, type Known } from "../review/known";
import { openBase, rehearseBase, REVIEW_PORT } from "../review/make-base";
import { openReview } from "../review/open";
import { chooseSlot, holdersOf, slotOf } from "../review/slots";
import { knownReview } from "../review/stack";
import { linesOf, makeReview, systemsOf, tellNone } from "../review/up";
import { adoptPending } from "../rehearsal/adopt";
import { exportState } from "../rotation/pulumi";
import { runPulumi, updateStack } from "../start/pulumi";
import { setUpCli, type CliSession } from "../start/set-up";
import { configGiven } from "../stack/given";
import { servicesOf } from "../stack/health";
import { exclusively } from "../stack/exclusive";
import { clearDeadLocks } from "../stack/locks";
import { columns } from "../terminal/columns";
import { collect, portNumber, withExitCode, type Register } from "../terminal/command-line";
import { tell } from "../terminal/phase";
import { wasInterrupted } from "../terminal/processes";
import { requireRehearsal } from "./manage";

export const register: Register = (program) => {
  const review = program
    .command("review")
    .description("run a pull request's services in a Google Cloud project of their own (docs/reviews.md)");
  review
    .command("base")
    .description("make what all reviews share: the stack review-base, in the project fleet:reviewProject of prod")
    .option("-y, --yes", "do not ask after the preview")
    .option(
      "--secrets-provider <url>",
      "the key of a new stack's secrets, such as gcpkms://...; without it, a passphrase",
    )
    .option("--rehearsed", "on a Google Cloud of this machine, to try all of it before paying")
    .option("-p, --port <number>", `with --rehearsed: its port on loopback (default: ${REVIEW_PORT})`, portNumber)
    .option("--project <id>", "with --rehearsed: its made-up project (default: fleet-review-base)", projectId)
    .option("-c, --config <key=value>", "with --rehearsed: a setting of it (repeatable)", collect, [])
    .action(withExitCode(base));
  withNumber(review.command("up"))
    .description("make a pull request's review of this checkout, or bring it to it")
    .option(
      "--systems <names>",
      "these systems, such as leads,booking, or `touched` with --from; without it, all of review-base's",
    )
    .option("--from <git ref>", "with --systems touched: the commit from which the change is")
    .action(withExitCode(up));
  withNumber(review.command("open"))
    .description("see its services, which are closed, in the browser of this machine, until Ctrl-C")
    .argument("[service]", "such as leads; without it, all")
    .option("-p, --port <number>", "the port on loopback, for one service (default: one that is free)", portNumber)
    .action(withExitCode(open));
  withNumber(review.command("close"))
    .description("take a review away, with its data and all that it made")
    .action(withExitCode(close));
  review
    .command("list")
    .description("the reviews that there are")
    .option("--json", "as JSON")
    .action(withExitCode(list));
  review
    .command("sweep")
    .description("close the reviews that nobody has updated for so long")
    .option("--older-than <hours>", "how long", hoursNumber, 72)
    .action(withExitCode(sweep));
};

const withNumber = (command: Command): Command =>
  command.argument("<number>", "the number of the pull request", reviewedNumber);

const reviewedNumber = (written: string): number => {
  if (/^[1-9]\d{0,8}$/.test(written)) return Number(written);
  throw new InvalidArgumentError("allowed: the number of a pull request, such as 12");
};

const projectId = (written: string): string => {
  if (/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(written)) return written;
  throw new InvalidArgumentError("allowed: a project's id, of 6 to 30 lowercase letters, digits and hyphens");
};

const hoursNumber = (written: string): number => {
  const hours = Number(written);
  if (Number.isInteger(hours) && hours >= 0 && hours <= 10_000) return hours;
  throw new InvalidArgumentError("allowed: a whole number of hours");
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** One command at a time works on a review of this clone. */
const alone = <T>(number: number, work: () => Promise<T>): Promise<T> =>
  exclusively({ what: `review-${number}`, report: tell("review"), work });

type BaseOptions = {
  yes?: boolean;
  secretsProvider?: string;
  rehearsed?: boolean;
  port?: number;
  project?: string;
  config: string[];
};

/** A real review-base has its own place: what names another would be passed over. */
const unrehearsedProblems = ({ port, project, config }: BaseOptions): Problem[] => [
  ...when(port !== undefined || project !== undefined || config.length > 0, {
    path: "--port, --project, --config",
    message: "they are of a rehearsed review-base; allowed: with --rehearsed",
    cure: `./fleet review base --rehearsed, or of the real one: ./fleet pulumi config set gcp:project <project> --stack ${REVIEW_BASE}`,
  }),
];

/** Makes the stack that all reviews share, or brings it up to date. Resolves to the exit code. */
export const base = async (options: BaseOptions): Promise<number> => {
  const { yes = false, secretsProvider: key, rehearsed = false, port = REVIEW_PORT, project } = options;
  const code = await exclusively({
    ...{ what: REVIEW_BASE, report: tell("review") },
    work: async () => {
      if (rehearsed) {
        const { session } = await rehearseBase({ port, project, given: configGiven(options.config) });
        refuse(clearDeadLocks({ stack: session.stack, report: tell("recovery") }));
        await adoptPending({ session, report: tell("recovery") });
        return updateStack(session, { note: ", with Google Cloud on loopback" });
      }
      refuse(unrehearsedProblems(options));
      const session = await openBase({ key });
      return runPulumi(
        session,
        ["up", "--suppress-permalink=true", ...(yes ? ["--yes", "--skip-preview"] : [])],
        "inherit",
      );
    },
  });
  if (code !== 0) return code;
  print(`Reviews can be made: ./fleet review up <number>`);
  if (rehearsed) print(`To take all away, reviews first: ./fleet rehearse --destroy --stack ${REVIEW_BASE}`);
  return code;
};

type UpOptions = { systems?: string; from?: string };

/** Makes a review, or brings it to this checkout. Resolves to the exit code. */
export const up = async (number: number, { systems: written, from }: UpOptions): Promise<number> => {
  const base = requireBase();
  const systems = systemsOf({ base, number, written, from });
  const session = await requireAnswer();
  if (systems.length === 0 && !isKnown(number, session)) {
    const why = `nothing that reviews run differs from ${from}`;
    tellNone(base, number, why);
    print(`Nothing is made: ${why}.`);
    return 0;
  }
  // Whoever gets no slot leaves no stack behind.
  const { reviews } = base.cloud;
  chooseSlot({ holders: await holdersOf(base, session), stack: reviewStack(number), reviews });
  const review = await alone(number, () => makeReview({ base, number, systems }));
  if (review === undefined) return 1;
  linesOf(review).forEach(print);
  return 0;
};

/** @throws ProblemsError where it is on a rehearsed cloud that has ended */
const requireAnswer = async (): Promise<CliSession> => {
  const session = await setUpCli(baseStack());
  await requireRehearsal(session.stack, session.env);
  return session;
};

/** Shows the services of a review to a browser here. Resolves to the exit code. */
export const open = async (
  number: number,
  wanted: string | undefined,
  { port }: { port?: number },
): Promise<number> => {
  const base = requireBase();
  requireKnown(number, knownReviews(await requireAnswer()));
  const session = await setUpCli(knownReview({ base, number }));
  const services = servicesOf(exportState(session)).flatMap(({ system, service, url }) =>
    url === undefined ? [] : [{ id: `${system}/${service}`, url }],
  );
  return openReview({ services, wanted, port, project: base.cloud.project, env: session.env });
};

/** @throws ProblemsError where there is no review of the pull request */
const requireKnown = (number: number, known: readonly Known[]): void => {
  if (known.some((review) => review.number === number)) return;
  const there = known.map(({ stack }) => stack).join(", ") || "none";
  refuseWith({
    path: `review ${number}`,
    message: `there is none; reviews that there are: ${there}`,
    cure: `./fleet review up ${number}`,
  });
};

/** Takes a review away. Resolves to the exit code. */
export const close = async (number: number): Promise<number> => {
  const base = requireBase();
  return closeOne({ base, session: await requireAnswer(), number });
};

type Closing = { base: Base; session: CliSession; number: number };

const closeOne = async ({ base, session, number }: Closing): Promise<number> => {
  const stack = reviewStack(number);
  if (!isKnown(number, session)) {
    const slot = slotOf(await holdersOf(base, session), stack);
    if (slot !== undefined)
      refuseStranded(base, [
        `slot ${slot} of ${REVIEW_BASE} is held by ${stack}, of which this backend knows no stack`,
      ]);
    print(`${stack}: there is no review of it`);
    return 0;
  }
  const left = await alone(number, () => closeReview(base, number));
  print(left.length === 0 ? `${stack} is gone` : `${stack}: not all of it is gone:`);
  left.forEach((what) => print(`  ${what}`));
  return left.length === 0 ? 0 : 1;
};

const isKnown = (number: number, session: CliSession): boolean =>
  knownReviews(session).some((known) => known.number === number);

/** Shows the reviews that there are. */
export const list = async ({ json = false }: { json?: boolean }): Promise<number> => {
  const base = requireBase();
  const session = await requireAnswer();
  const known = knownReviews(session);
  const holders = await holdersOf(base, session);
  const { reviews } = base.cloud;
  const told = known.map((review) => ({ ...review, slot: slotOf(holders, review.stack) }));
  if (json) print(JSON.stringify(told));
  else if (told.length === 0) print(`no review; ${reviews} may be there at once`);
  else
    print(
      columns([
        ["REVIEW", "SLOT", "RESOURCES", "UPDATED"],
        ...told.map(({ stack, slot, resources, updated }) => [
          stack,
          slot === undefined ? "-" : `${slot} of ${reviews}`,
          String(resources),
          updated?.toISOString().slice(0, 16).replace("T", " ") ?? "never",
        ]),
      ]),
    );
  strandedSlots(holders, known).forEach((line) => tell("review")(line));
  return 0;
};

/** Closes the reviews that nobody has updated for so long; what fails of one keeps no other. Resolves to the exit code. */
export const sweep = async ({ olderThan: hours }: { olderThan: number }): Promise<number> => {
  const base = requireBase();
  const session = await requireAnswer();
  const stale = (): number[] => staleReviews(knownReviews(session), { hours }).map(({ number }) => number);
  let [closed, code] = [0, 0];
  for (const number of stale()) {
    if (wasInterrupted()) return INTERRUPTED;
    // Somebody may have updated it meanwhile.
    if (!stale().includes(number)) continue;
    const failed = await closeOne({ base, session, number }).catch((error: Error) => {
      process.stderr.write(`${error.message}\n`);
      return 1;
    });
    code = Math.max(code, failed);
    closed += failed === 0 ? 1 : 0;
  }
  print(closed === 0 ? `no review was closed that is older than ${hours} hours` : `${closed} closed`);
  const stranded = strandedSlots(await holdersOf(base, session), knownReviews(session));
  if (stranded.length > 0) refuseStranded(base, stranded);
  return code;
};

/** The exit code after Ctrl-C. */
const INTERRUPTED = 130;

const refuseStranded = ({ cloud }: Base, stranded: readonly string[]): never =>
  refuseWith({
    path: "slots",
    message: `${stranded.join("; ")}: what it made may be there, and costs`,
    cure: `set PULUMI_BACKEND_URL to where its stack is kept or, where that is lost, look into the project (gcloud run services list --project=${cloud.project}) and delete the slot's secret once the rest is gone`,
  });
