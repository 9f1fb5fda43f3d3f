import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { FAULT_KINDS } from "../../rehearsal/faults";
import { headerFile } from "../../rehearsal/access-token";
import { mysqlImage } from "../../rehearsal/realise/mysql";
import { REGISTRY_IMAGE } from "../../rehearsal/registry-image";
import type { Plan } from "../../infra/plan/plan";
import type { Config } from "../../infra/settings/stack-file";
import { sqlVersion } from "../../infra/targets/gcp/images";
import { datastoreImage } from "../../infra/targets/local/images";
import { refuse, refuseWith } from "../../infra/problems";
import { collect, portNumber, withExitCode, type Register } from "../terminal/command-line";
import { adoptPending } from "../rehearsal/adopt";
import { configGiven } from "../stack/given";
import { servicesOf } from "../stack/health";
import { clearDeadLocks } from "../stack/locks";
import { DEFAULT_PORT, placeOf, type Place } from "../rehearsal/place";
import { faultsIn, fetchReport, reportLines } from "../rehearsal/report";
import { askForFaults, forgetFaults } from "../rehearsal/faults";
import { requireLoopback } from "../rehearsal/loopback";
import { endServer, ensureServer, removeCloud } from "../rehearsal/server";
import { checkEngine, prefixOf } from "../rehearsal/whose";
import { accessKeyIn, checkRehearsed, rehearsedPlan, writeStack } from "../rehearsal/stack";
import { messagesIn, remakeMessaging } from "../rehearsal/messaging";
import { walkRehearsed } from "../rehearsal/walk";
import { updateStack } from "../start/pulumi";
import { setUp, type Session } from "../start/set-up";
import { runPhase, tell } from "../terminal/phase";
import { readState } from "../stack/checkpoint";

export const register: Register = (program) => {
  program
    .command("rehearse")
    .description("apply prod to a Google Cloud on this machine, walk its services, report")
    .option("-s, --stack <name>", "the rehearsal's name, where there are several", "rehearsal")
    .option("-p, --port <number>", "the port of the rehearsed Google Cloud on loopback", portNumber, DEFAULT_PORT)
    .option("--systems <names>", "these systems alone, such as booking,leads; without it, all that prod runs")
    .option("-c, --config <key=value>", "override a setting of prod's (repeatable)", collect, [])
    .option(
      "--fault <key=value,...>",
      `a fault to inject (${FAULT_KINDS.join(", ")}), such as kind=error,at=secretmanager.*.create,times=2,status=429 (repeatable)`,
      collect,
      [],
    )
    .option("--keep", "leave the rehearsed cloud running for a look; without it, it ends with this command")
    .option("--destroy", "remove the rehearsed cloud and its stack")
    .action(withExitCode(rehearse));
};

type Options = {
  stack: string;
  port: number;
  systems?: string;
  config: string[];
  fault: string[];
  keep?: boolean;
  destroy?: boolean;
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Applies prod to a Google Cloud on this machine, walks its services and reports. Resolves to the exit code. */
export const rehearse = async (options: Options): Promise<number> => {
  const place = placeOf({ name: options.stack, port: options.port });
  checkStack(place);
  if (options.destroy) return destroy(place);
  const given = { ...configGiven(options.config), ...systemsGiven(options.systems) };
  checkRehearsed({ given, place });
  await requireLoopback();
  writeStack({ place, config: given });
  const plan = rehearsedPlan({ place, given });
  const session = await setUp({ stack: place.stack, create: true, images: [REGISTRY_IMAGE, ...mysqlImagesOf(plan)] });
  try {
    return await rehearseIn({ place, session, options, plan });
  } finally {
    await endServer(place);
  }
};

/** The setting of --systems. */
const systemsGiven = (names: string | undefined): Config =>
  names === undefined ? {} : { "fleet:systems": JSON.stringify(names.split(",").map((name) => name.trim())) };

/** Cloud SQL's MySQL is no datastore of a laptop. */
const mysqlImagesOf = (plan: Plan): string[] =>
  [...plan.datastores.values()].flatMap((datastore) => {
    if (plan.target !== "gcp" || !datastore.runs || datastore.engine !== "mariadb") return [];
    const version = sqlVersion({ datastore, cloud: plan.cloud, deployed: undefined });
    const [, major, minor] = /^MYSQL_(\d+)_(\d+)$/.exec(version) ?? [];
    return major ? mysqlImage(`${major}.${minor}`) : [];
  });

type Rehearsing = { place: Place; session: Session; options: Options; plan: Plan };

const rehearseIn = async ({
  place,
  session,
  plan,
  options: { fault: faults, keep = false },
}: Rehearsing): Promise<number> => {
  const began = new Date();
  const settings = { ...settingsOf({ session, place, plan }), engine: await checkEngine(place) };
  await runPhase({ name: "cloud", phase: (report) => ensureServer({ place, settings, keep, report }) });
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

const settingsOf = ({ session: { env, stack }, place, plan }: Pick<Rehearsing, "session" | "place" | "plan">) => {
  const { project, port, ports, awsPort, folder } = place;
  const [messages] = messagesIn(plan);
  return {
    projectId: project,
    port,
    prefix: prefixOf({ stack }),
    imagePrefix: env["FLEET_IMAGE_PREFIX"] ?? "",
    ports,
    ...(messages && { aws: { port: awsPort, image: datastoreImage(messages), accessKey: accessKeyIn(folder) } }),
  };
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

const addressesIn = ({ stack }: Place): string[] =>
  servicesOf(readState(stack) ?? { resources: [], pending: [] }).flatMap(({ system, service, url }) =>
    url ? [`${system}/${service}: ${url}`] : [],
  );

/** A rehearsal holds nothing worth keeping, so deletion protection is ignored: cloud and state are removed together. */
const destroy = async (place: Place): Promise<number> => {
  // Without settings nothing was ever created.
  if (existsSync(path.join(place.folder, "settings.json"))) {
    await checkEngine(place);
    await removeCloud(place);
  }
  rmSync(place.stack.folder, { recursive: true, force: true });
  print(`${place.stack.name}: the rehearsed cloud, its data and its stack are gone`);
  return 0;
};
