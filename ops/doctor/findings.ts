import { when, type Problem } from "../../infra/problems";
import { driftOf } from "../stack/drift";
import { elsewhereProblems } from "../stack/elsewhere";
import { decideLock } from "../stack/locks";
import { orphanedPlugins } from "../start/recovery";
import { diskProblem } from "../start/disk";
import { describeEngine, emulationAdvice, podmanProblems, quotaAdvice } from "../../docker/engine-info";
import { remoteProblems } from "../../docker/remote";
import { engineProblem } from "../../docker/unreachable";
import { command } from "../stack/stack";
import { logicalName } from "../stack/checkpoint";
import { foreignProblems, straysOf } from "../start/strays";
import type { EngineFacts, Facts } from "./facts";
import { neighbourAdvice } from "./neighbours";
import { foreignDataProblems, makersOf } from "../../infra/targets/local/checkouts";
import { STACK_LABEL, stackLabel } from "../../infra/targets/local/labels";

/** The oldest engine API with all that we use (Docker 20.10). */
const OLDEST_API = "1.41";
/** Tokens and certificates tolerate about this much. */
const CLOCK_TOLERANCE_S = 5;

/** One check and its findings; a check without findings passed. Advice is about the machine: what runs is well without. */
export type Examination = { what: string; findings: Problem[]; advice?: Problem[]; seen?: string };

/** Every check, in the order in which its cure is best applied. Pure: what it knows is in the facts. */
export const examine = (facts: Facts): Examination[] => {
  const { engine } = facts;
  const always = [
    { what: "docker context", findings: facts.context },
    { what: "environment", findings: facts.variables },
    { what: "checkout", findings: facts.checkout },
    { what: "versions", findings: versionFindings(facts), advice: facts.node },
    { what: "settings", findings: facts.settings },
    { what: "passphrase", findings: facts.passphrase },
    { what: "disk", findings: facts.disks.flatMap((each) => diskProblem(each) ?? []) },
    { what: "state lock", findings: lockFindings(facts) },
    { what: "interrupted work", findings: interruptedFindings(facts) },
  ];
  if ("error" in engine) return [{ what: "engine", findings: [engineProblem(engine)] }, ...always];
  return [
    {
      what: "engine",
      findings: [...podmanProblems(engine), ...remoteProblems(engine.host), ...apiFindings(engine)],
      advice: [...emulationAdvice(engine), ...quotaAdvice(engine)],
      seen: `${describeEngine(engine.info)} at ${engine.host}`,
    },
    { what: "clock", findings: clockFindings(engine) },
    ...always,
    { what: "addresses", findings: engine.addresses },
    { what: "ports", findings: portFindings(facts, engine) },
    { what: "neighbours", findings: [], advice: neighbourAdvice(engine) },
    { what: "orphans", findings: orphanFindings(facts, engine) },
    { what: "containers", findings: containerFindings(facts, engine) },
  ];
};

const versionFindings = ({ missingTools, stack }: Facts): Problem[] =>
  missingTools.map((tool) => ({
    path: tool,
    message: "is not installed in the version that package-lock.json asks for",
    cure: command("start", stack),
  }));

const apiFindings = ({ host, apiVersion }: EngineFacts): Problem[] =>
  when(Number(apiVersion.split(".")[1]) < Number(OLDEST_API.split(".")[1]), {
    path: `Docker engine ${host}`,
    message: `speaks version ${apiVersion} of its API; ${OLDEST_API} (Docker 20.10) or newer is needed`,
    cure: "update Docker",
  });

const clockFindings = ({ host, aheadSeconds }: EngineFacts): Problem[] =>
  when(Math.abs(aheadSeconds) > CLOCK_TOLERANCE_S, {
    path: `Docker engine ${host}`,
    message: `its clock is ${Math.abs(aheadSeconds).toFixed(0)} s ${aheadSeconds > 0 ? "ahead of" : "behind"} this machine's`,
    cure: "restart the engine's virtual machine (Docker Desktop: Restart), or set both by NTP",
  });

const lockFindings = ({ locks, view, stack }: Facts): Problem[] =>
  locks.map((lock) => {
    const decision = decideLock(lock, view);
    const isDead = "clear" in decision;
    const wait = `wait for it to end; only if it is dead: ./fleet pulumi cancel --yes --stack ${stack.name}`;
    return {
      path: `stack ${stack.name}`,
      message: isDead
        ? `a killed update left its lock (${decision.clear})`
        : `an update holds its lock (${decision.respect})`,
      cure: isDead ? `${command("start", stack)} (clears it)` : wait,
    };
  });

const interruptedFindings = ({ state, unfinishedBackups, stack }: Facts): Problem[] => [
  ...state.pending.map(({ type, resource }) => ({
    path: `stack ${stack.name}`,
    message: `an update was killed while ${type} ${logicalName(resource.urn)}`,
    cure: `${command("start", stack)} (clears it)`,
  })),
  ...unfinishedBackups.map((name) => ({
    path: `.fleet/snapshots/${stack.name}/${name}`,
    message: "a backup was killed and left this",
    cure: `${command("backup", stack)} (removes it), or remove the folder`,
  })),
];

const portFindings = ({ stack }: Facts, { taken }: EngineFacts): Problem[] =>
  taken.map(({ path, port }) => ({
    path,
    message: `another program listens on its port ${port}`,
    cure: `stop it (ss -ltnp 'sport = :${port}' names it), or move the stack: ${command("start", stack)} --config fleet:portOffset=1000`,
  }));

const orphanFindings = ({ stack, state, processes }: Facts, { inventory }: EngineFacts): Problem[] => {
  const makers = makersOf(stack.name);
  const strays = straysOf({ stack, state, inventory, makers });
  const volumes = inventory.volumes.filter(({ labels }) => labels[STACK_LABEL] === stackLabel(stack.name));
  const removes = `${command("start", stack)} (removes it)`;
  return [
    ...foreignProblems({ stack, state, inventory, makers }),
    ...foreignDataProblems({ stack: stack.name, volumes, makers }),
    ...strays.containers.map(({ name }) => ({ path: name, message: "a container that no state knows", cure: removes })),
    ...strays.networks.map(({ name }) => ({ path: name, message: "a network that no state knows", cure: removes })),
    ...orphanedPlugins({ processes, root: process.cwd() }).map(({ pid }) => ({
      path: `process ${pid}`,
      message: "a plugin that a killed update left running",
      cure: `${command("start", stack)} (ends it)`,
    })),
  ];
};

const containerFindings = ({ stack, state }: Facts, { host, inventory }: EngineFacts): Problem[] => {
  const elsewhere = elsewhereProblems({ stack, state, inventory, host });
  if (elsewhere.length > 0) return elsewhere;
  const { gone, stopped, cutOff } = driftOf(state.resources, inventory);
  const known = new Set(state.resources.map(({ id }) => id));
  const unhealthy = inventory.containers.filter(({ id, health }) => known.has(id) && health === "unhealthy");
  return [
    ...[...gone, ...stopped, ...cutOff].map(({ line }) => {
      const [path = "", message = ""] = line.split(/: (.*)/s);
      return { path, message, cure: command("start", stack) };
    }),
    ...unhealthy.map(({ name }) => ({
      path: name,
      message: "the container is unhealthy",
      cure: `${command("logs --tail 50", stack)}, then ${command("restart", stack)}`,
    })),
  ];
};
