import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { resolve as resolvePath } from "node:path";
import { logicalName, lookUp } from "../../plan/ids";
import type * as planned from "../../plan/plan";
import { containerName } from "../../naming";
import type { SecretSource } from "../../outputs";
import {
  basics,
  confined,
  NO_NEW_PRIVILEGES,
  GRACE_SECONDS,
  healthcheck,
  loopbackPort,
  replaceOnChanges,
  reservation,
} from "./container";
import { EGRESS_FOLDER, egressIn } from "../egress";
import { USER_ID } from "../build";
import { namedFolderHash } from "../content";
import { dockerEnv } from "./env";
import type { Abilities } from "./engine";
import type { Gates } from "./gates";
import { APP_FOLDER, CACHE_FOLDER, CHASSIS_FOLDER } from "./images";
import { COMMAND_LABEL, containerLabels } from "./labels";
import type { Networks } from "./network";
import { runOnce } from "./oneshot";

/** The arguments of a service. */
export type ServiceArgs = {
  plan: planned.LocalPlan;
  service: planned.PlannedService;
  image: docker.RemoteImage;
  source: planned.PlannedImage;
  networks: Networks;
  /** Shared networks of other systems that it joins. */
  joined: readonly docker.Network[];
  /** The resources that must be up or done before it. */
  needs: readonly pulumi.Input<pulumi.Resource>[];
  /** Identities of the datastores it speaks to: a job runs again when one is new. */
  datastores: readonly pulumi.Input<string>[];
  /** The system's volumes, by name. */
  volumes: ReadonlyMap<string, docker.Volume>;
  /** Keeps uv's and pip's downloads between containers, where code is mounted. */
  cache: docker.Volume | undefined;
  generation: string;
  /** The exit code of a container that had ended before this update. */
  exitCodeOf: (id: string) => number | undefined;
  abilities: Abilities;
  /** The gate that a container that stays has to pass before others build on it. */
  gate: Gates["service"];
  secretOf: SecretSource;
  servicesFolder: string;
  /** The path of that folder on the engine's machine. */
  mountFolder: string;
};

/**
 * One process of a Django image: a container that stays (a web service, a worker, a scheduler, a scheduled job that waits for its
 * times) or one that runs to its end (job).
 */
export class LocalService extends pulumi.ComponentResource {
  /** The container once it is healthy or, of a job, has succeeded. */
  readonly ready: pulumi.Output<docker.Container>;

  constructor(args: ServiceArgs, opts: pulumi.ComponentResourceOptions) {
    const name = logicalName(args.service);
    super("fleet:local:Service", name, {}, opts);
    const { service } = args;
    const options = { parent: this, dependsOn: [...args.needs] };
    this.ready =
      service.kind === "job"
        ? runOnce({ name, what: service.id, args: jobArgs(args, service), options, exitCodeOf: args.exitCodeOf })
        : keepRunning(args, service, options);
    this.registerOutputs();
  }
}

/** Docker's own health check first runs after a whole interval; the gate runs at once, and in every update. */
const keepRunning = (
  args: ServiceArgs,
  service: planned.PlannedStaying,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<docker.Container> => {
  const container = new docker.Container(logicalName(service), runningArgs(args, service), {
    ...options,
    deleteBeforeReplace: true,
    replaceOnChanges,
  });
  return container.id.apply((id) => args.gate({ id, service })).apply(() => container);
};

const runningArgs = (args: ServiceArgs, service: planned.PlannedStaying): docker.ContainerArgs => ({
  ...containerArgs(args),
  restart: "unless-stopped",
  destroyGraceSeconds: GRACE_SECONDS,
  stopTimeout: GRACE_SECONDS,
  ...(service.kind === "web" ? webArgs(service) : backgroundArgs(service)),
});

const webArgs = ({ port, hostPort, healthPath, healthCheck }: planned.PlannedWeb): Partial<docker.ContainerArgs> => ({
  ports: loopbackPort(port, hostPort),
  healthcheck: healthcheck(["CMD", "python", "-m", "chassis.healthcheck", healthPath], healthCheck),
});

const backgroundArgs = ({
  healthCommand,
  healthCheck,
}: Pick<planned.PlannedBackground, "healthCommand" | "healthCheck">): Partial<docker.ContainerArgs> => ({
  healthcheck: healthcheck(["CMD", ...healthCommand], healthCheck),
});

/** A job runs again when its image or the files that it applies change, or a datastore is new. */
const jobArgs = (args: ServiceArgs, { rerunOn, image }: planned.PlannedJob): docker.ContainerArgs => {
  const files = namedFolderHash({ folder: args.servicesFolder, service: image, name: rerunOn });
  const { labels, ...rest } = containerArgs(args);
  return {
    ...rest,
    labels: pulumi
      .all([...args.datastores])
      .apply((datastores) => [
        ...labels,
        { label: "dev.fleet.files", value: files.slice(0, 12) },
        { label: "dev.fleet.datastores", value: datastores.map((id) => id.slice(0, 12)).join(",") },
      ]),
  };
};

const containerArgs = (args: ServiceArgs) => {
  const { plan, service, image, source, networks, volumes, generation, abilities, secretOf } = args;
  const { stack, environment } = plan;
  const { system, name, description, limits, reserves, command, env } = service;
  return {
    ...basics(limits, abilities),
    ...(reserves ? reservation(reserves) : {}),
    ...confined,
    // Read-only sources are no secret to the services' user; labels of their own would change the person's files.
    ...(abilities.confinesMounts ? { securityOpts: [NO_NEW_PRIVILEGES, "label=disable"] } : {}),
    name: containerName({ stack, system, role: name }),
    image: image.imageId,
    ...(command === undefined ? {} : { command: [...command] }),
    envs: dockerEnv({ env: service.kind === "web" ? { ...env, PORT: String(service.port) } : env, plan, secretOf }),
    user: `${USER_ID}:${USER_ID}`,
    labels: [
      ...containerLabels({ stack, system, part: name, environment, description, generation }),
      ...commandLabel(command),
    ],
    volumes: [
      { hostPath: egressIn(resolvePath(args.mountFolder, "..")), containerPath: EGRESS_FOLDER, readOnly: true },
      ...(source.mountsSource ? sourceMounts(source.folder, args) : []),
      ...Object.entries(service.mounts).map(([volume, containerPath]) => ({
        volumeName: lookUp(volumes, volume).name,
        containerPath,
      })),
    ],
    networkMode: "bridge",
    networksAdvanced: [{ name: networks.own.name, aliases: [name] }, ...sharedNetworks(args)],
  } satisfies docker.ContainerArgs;
};

/** The provider takes a command that is left out for one of its own finding and keeps the former: this label goes with it. */
const commandLabel = (command: readonly string[] | undefined) =>
  command === undefined ? [] : [{ label: COMMAND_LABEL, value: command.join(" ") }];

/** On a shared network services of many systems meet, so the alias carries the system's name: `leads-web`. */
const sharedNetworks = ({ service, networks, joined }: Pick<ServiceArgs, "service" | "networks" | "joined">) => {
  const offered = service.kind === "web" && networks.offered ? [networks.offered] : [];
  return [...offered, ...joined].map((network) => ({
    name: network.name,
    aliases: [`${service.system}-${service.name}`],
  }));
};

const sourceMounts = (folder: string, { mountFolder, cache }: Pick<ServiceArgs, "mountFolder" | "cache">) => [
  { hostPath: resolvePath(mountFolder, folder), containerPath: APP_FOLDER, readOnly: true },
  { hostPath: resolvePath(mountFolder, "chassis"), containerPath: CHASSIS_FOLDER, readOnly: true },
  ...(cache ? [{ volumeName: cache.name, containerPath: CACHE_FOLDER }] : []),
];
