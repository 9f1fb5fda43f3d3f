import type Docker from "dockerode";
import type { Realise } from "../realise";

/** A VPC network of the project on this machine. */
export type Vpc = {
  /** The Docker network. */
  network: string;
  /** An address that Docker gives to nobody by itself. @param number from 0 */
  address: (number: number) => string;
};

type Subnet = { Subnet: string; Gateway?: string };

/**
 * A VPC network by its short name. Containers in it reach each other; nothing leaves it, and nobody outside reaches into
 * it. Docker chooses its addresses; the upper half of them is kept for servers, which have to stay where they are.
 */
export const ensureVpc = async (realise: Realise, name: string): Promise<Vpc> => {
  const network = `${realise.prefix}-vpc-${name}`;
  // Docker takes a second network of the same name.
  const making = underWay.get(network) ?? ensured(realise, network).finally(() => underWay.delete(network));
  underWay.set(network, making);
  const subnet = await making;
  return { network, address: (number) => reservedIn(subnet, number) };
};

const underWay = new Map<string, Promise<string>>();

const ensured = async (realise: Realise, network: string): Promise<string> =>
  (await subnetOf(realise, network)) ?? createVpc(realise, network);

const subnetOf = async ({ docker }: Realise, network: string): Promise<string | undefined> => {
  const [found] = await docker.listNetworks({ filters: { name: [`^${network}$`] } });
  return (found?.IPAM?.Config?.[0] as Subnet | undefined)?.Subnet;
};

/** A fixed address is allowed only in a subnet that was asked for: the first network shows which one is free. */
const createVpc = async (realise: Realise, network: string): Promise<string> => {
  const tried = await create(realise, network, undefined);
  const { Config } = ((await tried.inspect()) as { IPAM: { Config: Subnet[] } }).IPAM;
  await tried.remove();
  const subnet = Config[0]!.Subnet;
  const [base = "", bits = ""] = subnet.split("/");
  await create(realise, network, { Subnet: subnet, IPRange: `${base}/${Number(bits) + 1}` });
  return subnet;
};

const create = ({ docker, labels }: Realise, network: string, config: object | undefined): Promise<Docker.Network> =>
  docker.createNetwork({
    Name: network,
    Labels: labels,
    CheckDuplicate: true,
    Internal: true,
    ...(config && { IPAM: { Driver: "default", Config: [config] } }),
  });

/** An address in the upper half of a subnet: of 172.20.0.0/16 the first is 172.20.128.2. */
export const reservedIn = (subnet: string, number: number): string => {
  const [base = "", bits = ""] = subnet.split("/");
  const first = base.split(".").reduce((sum, part) => sum * 256 + Number(part), 0) + 2 ** (31 - Number(bits));
  const address = first + 2 + number;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
};
