import { pull } from "../../../docker/pull";
import { registryLogin } from "../../access";
import type { Cloud } from "../../api";
import { ApiError } from "../../errors";
import { lastOf } from "../../names";
import { inspectContainer, logsOf, removeContainer } from "../../realise/containers";
import { keepAlive, startInstance, untilStarted, type InstanceSpec } from "../../realise/instance";
import { bytesOf, cpusOf } from "../../realise/quantities";
import { accessSecret } from "../secrets";
import { connectedSockets } from "./cloudsql";
import type { Failure } from "./conditions";
import { instanceName, RunMachine } from "./machine";
import type { Container, Revision, Template } from "./shapes";
import { accountOf, portOf, resourcesOf, startupProbeOf } from "./template";

/**
 * The error of a revision that does not become ready: its condition and the operation's error, in Cloud Run's words.
 */
export class NotReady extends Error {
  constructor(
    readonly failure: Failure & { message: string },
    readonly status: "FAILED_PRECONDITION" | "PERMISSION_DENIED" | "NOT_FOUND",
  ) {
    super(failure.message);
  }
}

/**
 * Makes an instance of the revision run, in place of one that runs, and waits until its startup probe passes.
 * @throws NotReady
 */
export const startRevision = async (cloud: Cloud, revision: Revision): Promise<void> => {
  const { docker } = cloud.realise;
  const id = lastOf(revision.name);
  const name = instanceName(cloud, id);
  const container = revision.containers![0]!;
  const own = { K_SERVICE: revision.service, K_CONFIGURATION: revision.service, K_REVISION: id };
  const spec = await instanceSpec(cloud, {
    name,
    template: revision,
    env: { ...own, PORT: String(portOf(container)) },
  });
  if (cloud.faults.take("never-ready", id)) spec.command = ["sh", "-c", "exec sleep infinity"];
  await startInstance(cloud.realise, { ...spec, port: portOf(container) });
  const startup = await untilStarted(docker, name, startupProbeOf(container));
  if (startup.outcome === "ready") return keepAlive(docker, name);
  const log = await logsOf(docker, name);
  await stopRevision(cloud, id);
  throw new NotReady(
    startupFailure(cloud, revision, startup.outcome === "exited" ? log : undefined),
    "FAILED_PRECONDITION",
  );
};

/** Starts a revision only if it does not run, as after a restart of the machine. */
export const ensureRevision = async (cloud: Cloud, revision: Revision): Promise<void> => {
  const found = await inspectContainer(cloud.realise.docker, instanceName(cloud, lastOf(revision.name)));
  if (!found?.State.Running) await startRevision(cloud, revision);
};

export const stopRevision = async (cloud: Cloud, id: string): Promise<void> => {
  const name = instanceName(cloud, id);
  await removeContainer(cloud.realise.docker, name);
  RunMachine.of(cloud).forgetIdentity(name);
};

/**
 * The container that a template describes, with its image pulled and its secrets read.
 * @throws NotReady where the image or a secret cannot be had
 */
export const instanceSpec = async (
  cloud: Cloud,
  { name, template, env }: { name: string; template: Template; env: Record<string, string> },
): Promise<InstanceSpec> => {
  const container = template.containers![0]!;
  const account = accountOf(cloud, template);
  const { cpu = "", memory = "" } = resourcesOf(container).limits ?? {};
  const identity = RunMachine.of(cloud).identityFor(name, account);
  const values = envOf(cloud, container, account);
  return {
    name,
    image: await pulled(cloud, container.image ?? ""),
    ...(container.command && { command: container.command }),
    ...(container.args && { args: container.args }),
    ...(container.workingDir && { workingDir: container.workingDir }),
    env: { ...values, ...env, ...identity.env },
    cpus: cpusOf(cpu) ?? 1,
    memoryBytes: bytesOf(memory) ?? 512 * 2 ** 20,
    volumes: connectedSockets(cloud, { template, account }),
    memoryFolders: memoryFolders(template, container),
    hosts: [identity.host, ...localHosts(values)],
  };
};

const envOf = (cloud: Cloud, { env = [] }: Container, account: string): Record<string, string> =>
  Object.fromEntries(
    env.map(({ name, value = "", valueSource }) => {
      const reference = valueSource?.secretKeyRef;
      return [name, reference ? secretValue(cloud, account, reference) : value];
    }),
  );

const secretValue = (cloud: Cloud, account: string, reference: { secret: string; version?: string }): string => {
  const { secret, version = "latest" } = reference;
  const name = secret.includes("/") ? secret : `projects/${cloud.project.id}/secrets/${secret}`;
  const full = `${name}/versions/${version}`;
  try {
    return accessSecret(cloud, { serviceAccount: account, version: full }).toString("utf8");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const numbered = full.replace(`projects/${cloud.project.id}/`, `projects/${cloud.project.number}/`);
    const message =
      error.status === "PERMISSION_DENIED"
        ? `Permission denied on secret: ${numbered} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`
        : `Secret ${numbered} was not found or cannot be read: ${error.message}`;
    throw new NotReady(
      { message, reason: "SECRETS_ACCESS_CHECK_FAILED" },
      error.status === "NOT_FOUND" ? "NOT_FOUND" : "PERMISSION_DENIED",
    );
  }
};

const pulled = async ({ realise }: Cloud, image: string): Promise<string> => {
  try {
    await pull({ docker: realise.docker, image, authconfig: registryLogin(realise.token) });
    return image;
  } catch (error) {
    throw new NotReady(
      { message: `Image '${image}' not found. (${(error as Error).message})`, reason: "CONTAINER_MISSING" },
      "NOT_FOUND",
    );
  }
};

const memoryFolders = (template: Template, { volumeMounts = [] }: Container): Record<string, number> =>
  Object.fromEntries(
    volumeMounts.flatMap(({ name, mountPath }) => {
      const { emptyDir } = template.volumes?.find((volume) => volume.name === name) ?? {};
      return emptyDir ? [[mountPath, bytesOf(emptyDir.sizeLimit ?? "") ?? 64 * 2 ** 20]] : [];
    }),
  );

/** The names of other services that stand in the values of variables. */
const localHosts = (values: Record<string, string>): string[] => [
  ...new Set(Object.values(values).flatMap((value) => value.match(/[a-z0-9.-]+\.run\.localhost/g) ?? [])),
];

/** https://cloud.google.com/run/docs/troubleshooting#container-failed-to-start */
const startupFailure = (
  cloud: Cloud,
  revision: Revision,
  lastWords: string | undefined,
): Failure & { message: string } => {
  const container = revision.containers![0]!;
  const cause = container.startupProbe?.httpGet
    ? "The user-provided container failed the configured startup probe checks."
    : `The user-provided container failed to start and listen on the port defined provided by the PORT=${portOf(container)} environment variable within the allocated timeout. This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended.`;
  const said = lastWords?.trim().split("\n").slice(-8).join("\n");
  return {
    message: `${cause} Logs for this revision might contain more information.\n\nLogs URL: ${logsUrl(cloud, revision)}${said ? `\n${said}` : ""}`,
    revisionReason: "HEALTH_CHECK_CONTAINER_ERROR",
  };
};

const logsUrl = ({ project }: Cloud, { name, service }: Revision): string =>
  `https://console.cloud.google.com/logs/viewer?project=${project.id}&resource=cloud_run_revision/service_name/${service}/revision_name/${lastOf(name)}`;
