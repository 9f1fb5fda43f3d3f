import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { FAULT_KINDS } from "../../rehearsal/faults";
import { headerFile } from "../../rehearsal/access-token";
import type { Plan } from "../../infra/plan/plan";
import type { Config } from "../../infra/settings/stack-file";
import { refuse, refuseWith } from "../../infra/problems";
import { collect, portNumber, timesNumber, withExitCode, type Register } from "../terminal/command-line";
import { baseFolder, closeBase } from "../change/base";
import { snapshotFor } from "../change/snapshot";
import { checkChange, INTERRUPTED, tellChange, tellUntouched } from "../change/tell";
import { TEST_DATA } from "../change/rehearse-change";
import { filesSince, touchedBy, type Touched } from "../change/touched";
import { adoptPending } from "../rehearsal/adopt";
import { exclusively } from "../stack/exclusive";
import { configGiven } from "../stack/given";
import { clearDeadLocks } from "../stack/locks";
import { CHANGE_PORT, DEFAULT_PORT, placeOf, type Place } from "../rehearsal/place";
import { addressesIn, faultsIn, fetchReport, reportLines } from "../rehearsal/report";
import { askForFaults, forgetFaults } from "../rehearsal/faults";
import { requireLoopback } from "../rehearsal/loopback";
import { imagesOf, openCloud } from "../rehearsal/open";
import { endServer, isKept, removeCloud } from "../rehearsal/server";
import { checkEngine } from "../rehearsal/whose";
import { checkRehearsed, rehearsedPlan, writeStack } from "../rehearsal/stack";
import { remakeMessaging } from "../rehearsal/messaging";
import { walkRehearsed } from "../rehearsal/walk";
import { updateStack } from "../start/pulumi";
import { setUp, type Session } from "../start/set-up";
import { tell } from "../terminal/phase";

export const register: Register = (program) => {
  program
    .command("rehearse")
    .description("apply prod to a Google Cloud on this machine, walk its services, report")
    .option(
      "--from <git ref>",
      "rehearse the change from there to this checkout: make that, put clients to work on it, apply this one, go back",
    )
    .option("-s, --stack <name>", "the rehearsal's name, where there are several (default: rehearsal, or change)")
    .option(
      "-p, --port <number>",
      "the port of the rehearsed Google Cloud on loopback (default: 9010, or 9210)",
      portNumber,
    )
    .option(
      "--systems <names>",
      "these systems alone, such as booking,leads, or `touched` with --from; without it, all that prod runs",
    )
    .option("-c, --config <key=value>", "override a setting of prod's (repeatable)", collect, [])
    .option(
      "--fault <key=value,...>",
      `a fault to inject (${FAULT_KINDS.join(", ")}), such as kind=error,at=secretmanager.*.create,times=2,status=429 (repeatable)`,
      collect,
      [],
    )
    .option(
      "--test-data <times>",
      "with --from: how often each service's create_test_data fills its databases first (default: 20)",
      timesNumber,
    )
    .option(
      "--data <snapshot>",
      "with --from: a snapshot of dev's (or <stack>/<snapshot>) in the place of test data; ./fleet backup takes one",
    )
    .option("--no-base-tests", "with --from: do not run the base's own tests on this checkout's schema")
    .option("--keep", "leave the rehearsed cloud running, for a look and for the next rehearsal from there")
    .option("--destroy", "remove the rehearsed cloud and its stack")
    .action(withExitCode(rehearse));
};

/** Instead of names: the systems that the change touches. */
const TOUCHED = "touched";

type Options = {
  from?: string;
  stack?: string;
  port?: number;
  systems?: string;
  config: string[];
  fault: string[];
  testData?: number;
  data?: string;
  baseTests?: boolean;
  keep?: boolean;
  destroy?: boolean;
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Applies prod to a Google Cloud on this machine, walks its services and reports. Resolves to the exit code. */
export const rehearse = async (options: Options): Promise<number> => {
  const place = placeIn(options);
  checkStack(place);
  // One takes away what another works on.
  const what = `rehearsal-${place.stack.name}`;
  return exclusively({ what, report: tell("rehearsal"), work: () => rehearseAt({ place, options }) });
};

const rehearseAt = async ({ place, options }: { place: Place; options: Options }): Promise<number> => {
  if (options.destroy) return destroy(place);
  const config = configGiven(options.config);
  const touched = touchedIn({ place, options, config });
  if (touched?.systems.length === 0) return tellUntouched({ ref: options.from!, place, touched, print });
  const given = { ...config, ...systemsGiven(touched?.systems.join() ?? options.systems) };
  checkRehearsed({ given, place });
  const { from: ref, keep = false, testData = TEST_DATA, baseTests = true } = options;
  const snapshot =
    options.data === undefined
      ? undefined
      : await snapshotFor({ written: options.data, plan: rehearsedPlan({ place, given }) });
  if (ref !== undefined) checkChange({ place, ref, given, testData, snapshot, faults: options.fault });
  await requireLoopback();
  // A change is rehearsed in a fresh cloud, unless the one that was kept began as this one does.
  if (ref !== undefined && !isKept(place)) await removeAll(place);
  writeStack({ place, config: given });
  const plan = rehearsedPlan({ place, given });
  const session = await setUp({ stack: place.stack, create: true, images: imagesOf(plan) });
  try {
    if (ref === undefined) return await rehearseIn({ place, session, options, plan });
    const code = await tellChange({
      ref,
      place,
      session,
      plan,
      given,
      touched,
      testData,
      snapshot,
      baseTests,
      keep,
      print,
    });
    // What failed otherwise can be looked into, until the next one.
    if (!keep || code === INTERRUPTED) await removeAll(place);
    return code;
  } finally {
    await endServer(place);
  }
};

/** A change has a place of its own, so that a rehearsal that was kept stays. */
const placeIn = ({ from, stack, port }: Options): Place =>
  from === undefined
    ? placeOf({ name: stack ?? "rehearsal", port: port ?? DEFAULT_PORT })
    : placeOf({ name: stack ?? "change", port: port ?? CHANGE_PORT });

type Touching = { place: Place; options: Options; config: Config };

/** The systems that a change touches, where those are asked for. @throws ProblemsError without a change */
const touchedIn = ({ place, options, config }: Touching): Touched | undefined => {
  if (options.systems !== TOUCHED) return undefined;
  if (options.from !== undefined)
    return touchedBy({ files: filesSince(options.from), plan: rehearsedPlan({ place, given: config }) });
  return refuseWith({
    path: `--systems ${TOUCHED}`,
    message: "it needs a commit from which the change is; allowed without --from: names of systems",
    cure: `./fleet rehearse --from origin/main --systems ${TOUCHED}`,
  });
};

/** The setting of --systems. */
const systemsGiven = (names: string | undefined): Config =>
  names === undefined ? {} : { "fleet:systems": JSON.stringify(names.split(",").map((name) => name.trim())) };

type Rehearsing = { place: Place; session: Session; options: Options; plan: Plan };

const rehearseIn = async ({
  place,
  session,
  plan,
  options: { fault: faults, keep = false },
}: Rehearsing): Promise<number> => {
  const began = new Date();
  await openCloud({ place, session, plan, keep });
  await askForFaults({ place, faults });
  refuse(clearDeadLocks({ stack: place.stack, report: tell("recovery") }));
  await adoptPending({ session, report: tell("recovery") });
  const code = await updateStack(session, { note: ", with Google Cloud on loopback" });
  if (code === 0) await remakeMessaging({ place, session, plan });
  const failures = code === 0 ? await walkRehearsed({ place, session, print }) : 0;
  const outcome = await outcomeOf({ place, began, keep, code, failures });
  // A later run would meet one unasked.
  if (!keep) await forgetFaults(place);
  outcome.lines.forEach(print);
  return outcome.code;
};

/** A rehearsal overwrites its stack and takes it away unasked, so it never does so to anybody else's. */
const checkStack = ({ stack, passphraseFile }: Place): void => {
  // The passphrase is the first thing that a rehearsal writes.
  if (stack.kind === "own" && (existsSync(passphraseFile) || !existsSync(stack.configFile))) return;
  refuseWith({
    path: "--stack",
    message: `${stack.name} is a stack but not a rehearsal's: its config and state would be lost`,
    cure: "give the rehearsal a name that no stack has: ./fleet rehearse --stack <name>",
  });
};

type Run = { place: Place; began: Date; keep: boolean; code: number; failures: number };

/** A run's report and exit code: the update's, or 1 if the walk or the cloud found a fault. */
export const outcomeOf = async (of: Run): Promise<{ lines: string[]; code: number }> => {
  const { place, began, keep, code, failures } = of;
  const told = await fetchReport({ place, since: began });
  const again = place.stack.name === "rehearsal" ? "" : ` --stack ${place.stack.name}`;
  const header = path.relative("", headerFile(place.folder));
  const lines = [
    ...(keep ? addressesIn(place) : []),
    "",
    ...reportLines(told, (Date.now() - began.getTime()) / 1000),
    "",
    keep
      ? `It stays for a look: ./fleet dashboard --stack ${place.stack.name}, or: curl -H @${header} http://127.0.0.1:${place.port}/_rehearsal/report`
      : `It ends with this command, and its state and data are kept. To look into it: ./fleet rehearse --keep${again}`,
    `A change of the code: ./fleet rehearse${again}. To take all away: ./fleet rehearse --destroy${again}`,
  ];
  return { lines, code: code !== 0 ? code : failures + faultsIn(told) > 0 ? 1 : 0 };
};

/** A rehearsal holds nothing worth keeping, so deletion protection is ignored: cloud and state are removed together. */
const removeAll = async (place: Place): Promise<void> => {
  closeBase(baseFolder(place));
  // Without settings nothing was ever created.
  if (existsSync(path.join(place.folder, "settings.json"))) {
    await checkEngine(place);
    await removeCloud(place);
  }
  rmSync(place.stack.folder, { recursive: true, force: true });
};

const destroy = async (place: Place): Promise<number> => {
  await removeAll(place);
  print(`${place.stack.name}: the rehearsed cloud, its data and its stack are gone`);
  return 0;
};
