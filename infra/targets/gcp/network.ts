import type { CloudPlan } from "../../plan/plan";

/** How a service that uses Redis reaches it: straight into the VPC, without a connector to pay for. */
export const vpcAccess = ({ cloud: { network, subnetwork } }: CloudPlan) => ({
  networkInterfaces: [
    {
      ...(network === undefined ? {} : { network }),
      ...(subnetwork === undefined ? {} : { subnetwork }),
    },
  ],
  egress: "PRIVATE_RANGES_ONLY",
});

/** A network's full name, as Memorystore wants it. */
export const networkId = ({ cloud: { project, network = "" } }: CloudPlan): string =>
  network.includes("/") ? network : `projects/${project}/global/networks/${network}`;
