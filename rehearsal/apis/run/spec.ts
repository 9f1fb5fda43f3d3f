import type { Cloud } from "../../api";
import { lastOf } from "../../names";
import type { InstanceSpec } from "../../realise/instance";
import { bytesOf, cpusOf } from "../../realise/quantities";
import { ensureVpc } from "../../realise/vpc";
import { connectedSockets } from "./cloudsql";
import { pulledImage } from "./image";
import { RunMachine } from "./machine";
import { secretFiles, secretValue } from "./secret-values";
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
    image: await pulledImage(cloud, container.image ?? ""),
    ...(container.command && { command: container.command }),
    ...(container.args && { args: container.args }),
    ...(container.workingDir && { workingDir: container.workingDir }),
    env: { ...values, ...env, ...identity.env },
    cpus: cpusOf(cpu) ?? 1,
    memoryBytes: bytesOf(memory) ?? 512 * 2 ** 20,
    volumes: connectedSockets(cloud, { template, account }),
    memoryFolders: memoryFolders(template, container),
    files: secretFiles(cloud, { template, container, account }),
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
      return [name, reference ? secretValue(cloud, account, reference).toString("utf8") : value];
    }),
  );

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
