import { providerHost } from "../../../docker/connect";
import { remoteProblems } from "../../../docker/remote";
import type { LocalPlan, PlannedDatastore } from "../../plan/plan";
import { containerName, volumeName } from "../../naming";
import { when, type Problem } from "../../problems";
import { sourceProblems } from "../build";
import { foreignCloneProblems, foreignDataProblems, isOthers, makersOf, type Makers } from "./checkouts";
import type { EngineState } from "./engine";
import { hostFolderProblems, modeProblems } from "./mounts";
import { networksOf } from "./network";
import { dataFormat } from "./images";
import { DATA_FORMAT_LABEL, GENERATION_LABEL } from "./labels";

/** The host ports that a plan wants, with the id and the container of the part that wants each. */
export const wantedPorts = (plan: LocalPlan): { path: string; port: number; container: string }[] =>
  [...[...plan.datastores.values()].filter(({ runs }) => runs), ...plan.services.values()].flatMap((part) =>
    "hostPort" in part && part.hostPort !== undefined
      ? [
          {
            path: part.id,
            port: part.hostPort,
            container: containerName({ stack: plan.stack, system: part.system, role: part.name }),
          },
        ]
      : [],
  );

type Checking = { plan: LocalPlan; engine: EngineState; servicesFolder: string; makers?: Makers };

/** The problems of a plan on this machine. */
export const machineProblems = (of: Checking): Problem[] => {
  const { plan, engine, servicesFolder, makers = makersOf(plan.stack) } = of;
  const { stack } = plan;
  const used = dataVolumes(plan);
  return [
    ...sourceProblems(plan, servicesFolder),
    ...hostFolderProblems(process.env),
    ...modeProblems({ plan, servicesFolder }),
    ...remoteProblems(providerHost()),
    ...foreignCloneProblems({ stack, items: engine.containers.filter((container) => isOthers(container, makers)) }),
    ...foreignDataProblems({ stack, volumes: engine.volumes.filter(({ name }) => used.has(name)), makers }),
    ...portProblems(plan, engine),
    ...addressProblems(plan, engine),
    ...[...plan.datastores.values()].flatMap((datastore) => dataProblems(stack, engine, datastore)),
  ];
};

/** The names of every volume with data that the plan uses; caches are none. */
const dataVolumes = ({ stack, datastores, systems }: LocalPlan): ReadonlySet<string> =>
  new Set([
    ...[...datastores.values()].map(({ system, name: role }) => volumeName({ stack, system, role })),
    ...[...systems.values()].flatMap(({ name: system, volumes }) =>
      volumes.map((role) => volumeName({ stack, system, role })),
    ),
  ]);

/** A stack of many systems, many stacks, or a VPN use up the addresses that an engine gives to networks. */
export const addressProblems = (plan: LocalPlan, { networks }: Pick<EngineState, "networks">): Problem[] => {
  if (networks === undefined) return [];
  const missing = networksOf(plan).filter((name) => !networks.names.includes(name));
  return when(missing.length > networks.free, {
    path: `stack ${plan.stack}`,
    message: `it needs ${missing.length} more networks (${missing.join(", ")}), and the Docker engine has addresses for ${networks.free}`,
    cure: `docker network prune (removes networks that nothing is in), take a stack down (./fleet stacks lists them), or give the engine more: {"default-address-pools": [{"base": "10.201.0.0/16", "size": 24}]} in its daemon.json, then restart it`,
  });
};

const portProblems = (plan: LocalPlan, { takenPorts, ownPorts }: EngineState): Problem[] =>
  wantedPorts(plan).flatMap(({ path, port, container }) => {
    const owner = takenPorts.get(port);
    const own = ownPorts?.get(port);
    return [
      ...when(owner !== undefined, {
        path,
        message: `port ${port} on 127.0.0.1 is taken by ${owner}`,
        cure: `stop it, or move this stack: ./fleet pulumi config set fleet:portOffset 1000 --stack ${plan.stack}`,
      }),
      // Pulumi makes what is new before it removes what is old, as after a rename.
      ...when(own !== undefined && own !== container, {
        path,
        message: `port ${port} on 127.0.0.1 is still held by ${own} of this stack, which another name or port takes the place of`,
        cure: `docker stop ${own} && docker rm ${own} (its volumes stay), then run this again`,
      }),
    ];
  });

const dataProblems = (stack: string, { volumes }: EngineState, datastore: PlannedDatastore): Problem[] => {
  const name = volumeName({ stack, system: datastore.system, role: datastore.name });
  const held = volumes.find((volume) => volume.name === name)?.labels[DATA_FORMAT_LABEL];
  const wanted = dataFormat(datastore);
  return when(held !== undefined && held !== wanted, {
    path: datastore.id,
    message: `the volume ${name} holds data of ${held}, and the catalogue asks for ${wanted}, which cannot use it`,
    cure: `put the version back, dump the data, docker volume rm ${name}, change the version, restore the dump (docs/data.md)`,
  });
};

/**
 * The generation of each container. One that is gone, failed or unhealthy gets a new one, so that an update makes it
 * again although its inputs are unchanged; a healthy one keeps its own.
 */
export const generationsOf = ({ stack, engine, now }: { stack: string; engine: EngineState; now: Date }) => {
  const next = now.toISOString().replace(/\.\d+Z$/, "Z");
  return ({ system, name, isJob }: { system: string; name: string; isJob: boolean }): string => {
    const found = engine.containers.find(
      (container) => container.name === containerName({ stack, system, role: name }),
    );
    const isWell =
      found && (isJob ? !found.running && found.exitCode === 0 : found.running && found.health !== "unhealthy");
    return (isWell && found.labels[GENERATION_LABEL]) || next;
  };
};
