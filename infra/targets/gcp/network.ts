import type { CloudPlan } from "../../plan/plan";

/** Direct access to the VPC for a service that uses Redis, without a connector to pay for. */
export const vpcAccess = ({ cloud: { network, subnetwork } }: CloudPlan) => ({
  networkInterfaces: [
    {
      ...(network === undefined ? {} : { network }),
      ...(subnetwork === undefined ? {} : { subnetwork }),
    },
  ],
  egress: "PRIVATE_RANGES_ONLY",
});

/** A network's full name, which Memorystore requires. */
export const networkId = ({ cloud: { project, network = "" } }: CloudPlan): string =>
  network.includes("/") ? network : `projects/${project}/global/networks/${network}`;
