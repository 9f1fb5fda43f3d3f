import { pull } from "../../../docker/pull";
import { registryLogin } from "../../access";
import type { Cloud } from "../../api";
import { ApiError } from "../../errors";
import { lastOf } from "../../names";
import type { InstanceSpec } from "../../realise/instance";
import { bytesOf, cpusOf } from "../../realise/quantities";
import { ensureVpc } from "../../realise/vpc";
import { accessSecret } from "../secrets";
import { connectedSockets } from "./cloudsql";
import { RunMachine } from "./machine";
import { NotReady } from "./not-ready";
import type { Container, Template } from "./shapes";
import { accountOf, resourcesOf } from "./template";

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
    networks: await networksOf(cloud, template),
    hosts: [identity.host, ...localHosts(values)],
  };
};

/** The networks that Direct VPC egress leads into; one that only a subnetwork names has the subnetwork's name. */
const networksOf = async ({ realise }: Cloud, { vpcAccess }: Template): Promise<string[]> => {
  const names = (vpcAccess?.networkInterfaces ?? []).map(({ network, subnetwork }) =>
    lastOf(network ?? subnetwork ?? ""),
  );
  const vpcs = await Promise.all([...new Set(names)].map((name) => ensureVpc(realise, name)));
  return vpcs.map(({ network }) => network);
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

/** The names of other services, and of AWS, that stand in the values of variables. */
const localHosts = (values: Record<string, string>): string[] => [
  ...new Set(Object.values(values).flatMap((value) => value.match(/[a-z0-9.-]+\.localhost(?=[:/]|$)/g) ?? [])),
];
