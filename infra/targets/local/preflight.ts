import { existsSync } from "node:fs";
import type { Plan, PlannedDatastore } from "../../plan/make-plan";
import { containerName, volumeName } from "../../naming";
import { refuse, type Problem } from "../../problems";
import { sourceProblems } from "../build";
import type { EngineState } from "./engine";
import { dataFormat } from "./images";
import { CHECKOUT_LABEL, DATA_FORMAT_LABEL, GENERATION_LABEL } from "./labels";

/** The host ports that a plan wants, with what wants them. */
export const wantedPorts = (plan: Plan): { path: string; port: number }[] =>
  [...plan.datastores.filter(({ runs }) => runs), ...plan.services].flatMap((part) =>
    "hostPort" in part && part.hostPort !== undefined ? [{ path: part.id, port: part.hostPort }] : [],
  );

/**
 * Compares the plan with the machine before anything is touched.
 * @throws ProblemsError with all that stands in the way.
 */
export const checkMachine = ({
  plan,
  engine,
  servicesFolder,
}: {
  plan: Plan;
  engine: EngineState;
  servicesFolder: string;
}): void =>
  refuse([
    ...sourceProblems(plan, servicesFolder),
    ...checkoutProblems({ stack: plan.stack, containers: engine.containers }),
    ...portProblems(plan, engine),
    ...plan.datastores.flatMap((datastore) => dataProblems({ plan, datastore, engine })),
  ]);

/** Names are those of the stack, so two clones cannot run stacks of one name at once. */
export const checkoutProblems = ({
  stack,
  containers,
  checkout = process.cwd(),
  exists = existsSync,
}: {
  stack: string;
  /** The containers that carry the stack's label. */
  containers: readonly { labels: Readonly<Record<string, string>> }[];
  checkout?: string;
  exists?: (folder: string) => boolean;
}): Problem[] => {
  const others = new Set(containers.flatMap(({ labels }) => labels[CHECKOUT_LABEL] ?? []));
  return [...others]
    .filter((folder) => folder !== checkout && exists(folder))
    .map((folder) => ({
      path: `stack ${stack}`,
      message: `it is already on this machine, made by the clone in ${folder}`,
      cure: `./fleet down --stack ${stack} (there), or another stack here: ./fleet start --stack mine --config fleet:portOffset=1000`,
    }));
};

const portProblems = (plan: Plan, { takenPorts }: EngineState): Problem[] =>
  wantedPorts(plan).flatMap(({ path, port }) => {
    const owner = takenPorts.get(port);
    return owner === undefined
      ? []
      : [
          {
            path,
            message: `port ${port} on 127.0.0.1 is taken by ${owner}`,
            cure: `stop it, or move this stack: pulumi config set fleet:portOffset 1000 -s ${plan.stack}`,
          },
        ];
  });

const dataProblems = ({
  plan,
  datastore,
  engine,
}: {
  plan: Plan;
  datastore: PlannedDatastore;
  engine: EngineState;
}): Problem[] => {
  const name = volumeName({ stack: plan.stack, system: datastore.system, role: datastore.name });
  const held = engine.volumes.find((volume) => volume.name === name)?.labels[DATA_FORMAT_LABEL];
  const wanted = dataFormat(datastore);
  return held === undefined || held === wanted
    ? []
    : [
        {
          path: datastore.id,
          message: `the volume ${name} holds data of ${held}, and the catalogue asks for ${wanted}, which cannot use it`,
          cure: `put the version back, dump the data, docker volume rm ${name}, change the version, restore the dump (docs/data.md)`,
        },
      ];
};

/**
 * Which life each container is in. One that is gone, failed or unhealthy starts another, so that an update makes it
 * again although its inputs are unchanged; one that is well stays in the life it has.
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
