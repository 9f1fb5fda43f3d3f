import type { Realise } from "../realise";

/** The machine as containers reach it: the address to listen on, and the one for a hosts entry. */
export type Gateway = { address: string | undefined; hostsEntry: string };

/**
 * The network of everything that Cloud Run runs. Containers in it do not reach each other, only the front ends and the
 * metadata server, which listen at its gateway.
 */
export const ensureNetwork = async ({ docker, prefix, labels }: Realise): Promise<string> => {
  const name = `${prefix}-network`;
  const [existing] = await docker.listNetworks({ filters: { name: [`^${name}$`] } });
  if (!existing) {
    await docker.createNetwork({
      Name: name,
      Labels: labels,
      CheckDuplicate: true,
      Options: { "com.docker.network.bridge.enable_icc": "false" },
    });
  }
  return name;
};

/**
 * On Linux this is the network's own address on this machine. Docker Desktop has a name for the machine, and loopback
 * is enough.
 */
export const gatewayOf = async (realise: Realise): Promise<Gateway> => {
  const { IPAM } = (await realise.docker.getNetwork(await ensureNetwork(realise)).inspect()) as {
    IPAM: { Config: { Gateway?: string }[] };
  };
  const address = IPAM.Config[0]?.Gateway;
  return process.platform === "linux" && address
    ? { address, hostsEntry: address }
    : { address: undefined, hostsEntry: "host-gateway" };
};
