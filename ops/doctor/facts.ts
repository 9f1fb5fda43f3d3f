import { existsSync, readdirSync } from "node:fs";
import type Docker from "dockerode";
import { ProblemsError, type Problem } from "../../infra/problems";
import { STACK_LABEL, stackLabel } from "../../infra/targets/local/labels";
import type { LocalPlan } from "../../infra/plan/plan";
import { readNetworks } from "../../infra/targets/local/engine";
import { addressProblems } from "../../infra/targets/local/preflight";
import { connect, engineHost } from "../../docker/connect";
import { contextProblems } from "../../docker/context";
import type { EngineInfo } from "../../docker/engine-info";
import { listEverything, type Inventory } from "../../docker/inventory";
import { isTaken } from "../../docker/ports";
import { locksOf, viewHere, type Lock, type View } from "../stack/locks";
import { readPublished } from "../stack/published";
import { portsOfFile, publishedPorts, type WantedPort } from "../start/ports/wanted";
import { allProcesses, type Running } from "../terminal/processes";
import { passphraseProblems } from "../start/passphrase";
import { freeGiB } from "../start/disk";
import { nodeAdvice } from "../start/node";
import { missingTools } from "../start/tools";
import { atDataOf } from "../data/snapshots/data-lock";
import { snapshotsFolder } from "../data/snapshots/manifest";
import type { Stack } from "../stack/stack";
import { localPlan } from "../../stacks/wanted";
import { checkoutProblems } from "./checkout";
import { outsideOf } from "./neighbours";
import { variableProblems } from "./variables";
import { readState, type State } from "../stack/checkpoint";

/** All that the doctor looks at. Gathering changes nothing. */
export type Facts = {
  stack: Stack;
  /** Advice on the Node that this runs on. */
  node: Problem[];
  /** Missing parts of Pulumi's CLI and plugins. */
  missingTools: string[];
  /** Problems of the catalogue, or of the config of a stack that was never started. */
  settings: Problem[];
  passphrase: Problem[];
  /** Free space where the project lies, and where the engine keeps its own, in GiB; undefined where it cannot be seen. */
  disks: { folder: string; freeGiB: number; neededGiB: number; what: string }[];
  locks: (Lock | undefined)[];
  view: View;
  processes: Running[];
  state: State;
  unfinishedBackups: string[];
  /** The problems of docker's context, of this shell's environment, and of the checkout. */
  context: Problem[];
  variables: Problem[];
  checkout: Problem[];
  engine: EngineFacts | { host: string; error: NodeJS.ErrnoException };
};

export type EngineFacts = {
  host: string;
  /** The API's version: `1.41`. */
  apiVersion: string;
  /** How far its clock is ahead of ours, in seconds. */
  aheadSeconds: number;
  info: EngineInfo;
  /** The problems of the addresses that it has for the networks which the stack still wants. */
  addresses: Problem[];
  inventory: Inventory;
  /** The network interfaces by which neighbours could reach its ports on loopback, were it too old to keep them out. */
  outside: string[];
  /** Ports that the stack wants, that something listens on and that no container of it publishes. */
  taken: WantedPort[];
};

export const gatherFacts = async (stack: Stack): Promise<Facts> => {
  const { ports, problems } = portsOf(stack);
  const plan = localPlan({ stack: stack.name, configFile: stack.configFile, madeUp: true });
  const engine = await engineFacts({ stack, ports, plan });
  return {
    stack,
    node: nodeAdvice(),
    missingTools: missingTools(),
    settings: problems,
    passphrase: stack.kind === "committed" ? [] : await passphraseProblems(stack),
    disks: [disk({ folder: process.cwd(), neededGiB: 1, what: "working here" }), ...engine.disks].flat(),
    locks: locksOf(stack).map(({ lock }) => lock),
    view: viewHere(),
    processes: allProcesses(),
    state: readState(stack) ?? { resources: [], pending: [] },
    unfinishedBackups: unfinishedBackups(stack.name),
    context: contextProblems(),
    variables: variableProblems(process.env),
    checkout: checkoutProblems({ root: process.cwd(), plan }),
    engine: engine.facts,
  };
};

type Wanting = { stack: Stack; ports: readonly WantedPort[]; plan: LocalPlan | undefined };

const engineFacts = async ({
  stack,
  ports,
  plan,
}: Wanting): Promise<{ facts: Facts["engine"]; disks: Facts["disks"] }> => {
  const host = engineHost();
  const docker = await connect(host);
  try {
    const [{ ApiVersion }, { info, ...timed }, inventory, networks] = await Promise.all([
      docker.version(),
      timedInfo(docker),
      listEverything(docker),
      readNetworks(),
    ]);
    const facts = {
      host,
      apiVersion: ApiVersion,
      aheadSeconds: timed.aheadSeconds,
      info,
      addresses: plan ? addressProblems(plan, { networks }) : [],
      outside: outsideOf({ host, system: info.OperatingSystem ?? "" }),
      inventory,
      taken: await takenPorts({ docker, stack, ports }),
    };
    return { facts, disks: disk({ folder: timed.root, neededGiB: 5, what: "building images" }) };
  } catch (error) {
    return { facts: { host, error: error as NodeJS.ErrnoException }, disks: [] };
  }
};

type Timed = { aheadSeconds: number; root: string; info: EngineInfo };

const timedInfo = async (docker: Docker): Promise<Timed> => {
  const before = Date.now();
  const info = (await docker.info()) as EngineInfo & Record<"SystemTime" | "DockerRootDir", string>;
  const engineTime = Date.parse(info.SystemTime);
  // It read its clock at some moment of our asking.
  const ahead = engineTime > Date.now() ? engineTime - Date.now() : engineTime < before ? engineTime - before : 0;
  return { aheadSeconds: ahead / 1000, root: info.DockerRootDir, info };
};

/** The ports of what was published; before a first start, those that the stack's config wants. */
const portsOf = (stack: Stack): { ports: WantedPort[]; problems: Problem[] } => {
  const state = readState(stack);
  const published = state && readPublished({ stack: stack.name, state });
  if (published?.source === "record") return { ports: publishedPorts(published.plan), problems: [] };
  try {
    return { ports: portsOfFile(stack), problems: [] };
  } catch (error) {
    if (error instanceof ProblemsError) return { ports: [], problems: [...error.problems] };
    throw error;
  }
};

type Asking = { docker: Docker; stack: Stack; ports: readonly WantedPort[] };

const takenPorts = async ({ docker, stack, ports }: Asking): Promise<WantedPort[]> => {
  const filters = { label: [`${STACK_LABEL}=${stackLabel(stack.name)}`] };
  const own = (await docker.listContainers({ filters })).flatMap(({ Ports }) => Ports.map((port) => port.PublicPort));
  const asked = ports.filter(({ port }) => !own.includes(port));
  const taken = await Promise.all(asked.map(({ port }) => isTaken(port)));
  return asked.filter((_, index) => taken[index]);
};

/** An engine in a virtual machine keeps its own where we cannot see. */
const disk = (of: { folder: string; neededGiB: number; what: string }): Facts["disks"] =>
  existsSync(of.folder) ? [{ ...of, freeGiB: freeGiB(of.folder) }] : [];

const unfinishedBackups = (stack: string): string[] => {
  const folder = snapshotsFolder(stack);
  if (!existsSync(folder)) return [];
  const underWay = atDataOf(stack);
  return readdirSync(folder).filter((name) => name.startsWith(".") && !name.endsWith(`.${underWay}`));
};
