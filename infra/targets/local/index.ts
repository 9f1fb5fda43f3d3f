import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { lookUp } from "../../plan/ids";
import type { LocalPlan, PlannedSystem } from "../../plan/plan";
import { containerName } from "../../naming";
import type { Outputs, Prepared, SecretValues } from "../../outputs";
import { ProblemsError } from "../../problems";
import { sourceProblems } from "../build";
import { buildImage, pullImage } from "../shared/image";
import { memoised } from "../shared/memoised";
import { outputsOf } from "../shared/outputs";
import { keptForever } from "./container";
import { LocalDatastore } from "./datastores";
import { readEngine, USUAL, type Abilities, type EngineState } from "./engine";
import { gatesOf, type Gates } from "./gates";
import { datastoreImage } from "./images";
import { createNetworks, type Networks } from "./network";
import { buildPostgis } from "./postgis";
import { generationsOf, machineProblems, wantedPorts } from "./preflight";
import { createSecrets } from "./secrets";
import { LocalService } from "./service";
import { createVolume } from "./volume";

type LocalArgs = {
  plan: LocalPlan;
  /** Values of secrets that the config gives. */
  secretValues: SecretValues;
  /** The folder with the Dockerfile and the services. */
  servicesFolder: string;
  /** The id of the services' base image on this machine, where no digest says what it is. */
  baseId?: string | undefined;
  /** The path of that folder on the engine's machine; left out: the same path. */
  mountFolder?: string;
  /** The engine's state; read from it where it is left out. */
  engine?: EngineState;
  /** The gates that containers have to pass before others build on them. */
  gates?: Gates;
};

/** Looks at the machine for a plan of Docker, and can then make it; until then nothing is touched. */
export const prepare = async ({ mountFolder, engine, gates, ...args }: LocalArgs): Promise<Prepared> => {
  const { plan, servicesFolder, baseId } = args;
  const state = engine ?? (await engineOf(plan));
  if (state instanceof ProblemsError)
    return {
      problems: [...sourceProblems(plan, servicesFolder), ...state.problems],
      make: () => {
        throw state;
      },
    };
  const making = {
    ...args,
    baseId,
    mountFolder: mountFolder ?? servicesFolder,
    abilities: state.abilities ?? USUAL,
    exitCodeOf: (id: string) => state.containers.find((each) => each.id === id)?.exitCode,
    generationOf: generationsOf({ stack: plan.stack, engine: state, now: new Date() }),
    gates: gates ?? gatesOf(state),
  };
  return {
    problems: machineProblems({ plan, engine: state, servicesFolder }),
    engine: state.id,
    make: () => createStack(making),
  };
};

/** The engine's state; where no engine answers, the problem, so that it is told with all others. */
const engineOf = async (plan: LocalPlan): Promise<EngineState | ProblemsError> => {
  try {
    return await readEngine(
      plan.stack,
      wantedPorts(plan).map(({ port }) => port),
    );
  } catch (error) {
    if (error instanceof ProblemsError) return error;
    throw error;
  }
};

type Making = Required<Omit<LocalArgs, "engine">> & {
  generationOf: ReturnType<typeof generationsOf>;
  abilities: Abilities;
  exitCodeOf: (id: string) => number | undefined;
};

const createStack = ({
  plan,
  secretValues,
  servicesFolder,
  baseId,
  mountFolder,
  generationOf,
  abilities,
  exitCodeOf,
  gates,
}: Making): Outputs => {
  if (!abilities.limitsCpu)
    void pulumi.log.warn("this machine's engine cannot limit the CPU of containers: they run without that limit");
  const systems = new Map([...plan.systems.values()].map((system) => [system.name, new LocalSystem({ plan, system })]));
  const systemOf = (name: string): LocalSystem => lookUp(systems, name);
  const secretOf = memoised(createSecrets({ plan, given: secretValues }));
  const pulled = memoised((image) => pullImage({ image, imagePrefix: plan.imagePrefix }));
  const { imagePrefix } = plan;
  const postgis = memoised((version) => {
    const baseName = datastoreImage({ engine: "postgis", version });
    return buildPostgis({ version, base: pulled(baseName), baseName, imagePrefix });
  });
  const built = memoised(
    (folder) => buildImage({ image: lookUp(plan.images, folder), imagePrefix, servicesFolder, baseId }).built,
  );

  const datastores = new Map<string, LocalDatastore>();
  for (const datastore of plan.datastores.values()) {
    const { id, system, name } = datastore;
    const running = datastore.runs && {
      network: systemOf(system).networks.own,
      image: datastore.engine === "postgis" ? postgis(datastore.version) : pulled(datastoreImage(datastore)),
      generation: generationOf({ system, name, isJob: false }),
      abilities,
      gate: gates.datastore,
    };
    datastores.set(
      id,
      new LocalDatastore({ plan, datastore, secretOf, ...(running ? { running } : {}) }, { parent: systemOf(system) }),
    );
  }

  const services = new Map<string, LocalService>();
  for (const service of plan.services.values()) {
    const { id, system, name, image, needs, joins } = service;
    const readiness = needs.flatMap((need) => datastores.get(need)?.ready ?? services.get(need)?.ready ?? []);
    const args = {
      plan,
      service,
      image: built(image),
      source: lookUp(plan.images, image),
      networks: systemOf(system).networks,
      joined: joins.flatMap((join) => systems.get(join.system)?.offered ?? []),
      needs: readiness,
      datastores: needs.flatMap((need) => datastores.get(need)?.identity ?? []),
      volumes: systemOf(system).volumes,
      cache: systemOf(system).cache,
      generation: generationOf({ system, name, isJob: service.kind === "job" }),
      exitCodeOf,
      abilities,
      gate: gates.service,
      secretOf,
      servicesFolder,
      mountFolder,
    };
    services.set(id, new LocalService(args, { parent: systemOf(system) }));
  }
  return outputsOf({
    plan,
    containerOf: ({ system, name }) => containerName({ stack: plan.stack, system, role: name }),
    webOf: ({ hostPort, healthPath }) => {
      const url = `http://localhost:${hostPort}`;
      return { url, healthUrl: url + healthPath };
    },
  });
};

/** A system's networks and, where code is mounted, the cache of its package downloads. */
class LocalSystem extends pulumi.ComponentResource {
  private readonly made: Networks | undefined;
  readonly cache: docker.Volume | undefined;
  readonly volumes: ReadonlyMap<string, docker.Volume>;

  constructor({ plan, system }: { plan: LocalPlan; system: PlannedSystem }) {
    super("fleet:local:System", system.name);
    // Files that services keep: like a datastore's, they outlive everything.
    const kept = { parent: this, ...keptForever };
    const volume = (part: string, options: pulumi.CustomResourceOptions): docker.Volume =>
      createVolume(`${system.name}-${part}`, { stack: plan.stack, system: system.name, part }, options);
    this.volumes = new Map(system.volumes.map((name) => [name, volume(name, kept)]));
    if (system.runs) {
      this.made = createNetworks(plan.stack, system, this);
      if ([...plan.images.values()].some(({ mountsSource }) => mountsSource))
        this.cache = volume("cache", { parent: this, ignoreChanges: ["labels"] });
    }
    this.registerOutputs();
  }

  /** Present in every system that runs; only parts of such a system use it. */
  get networks(): Networks {
    return this.made as Networks;
  }

  get offered(): docker.Network | undefined {
    return this.made?.offered;
  }
}
