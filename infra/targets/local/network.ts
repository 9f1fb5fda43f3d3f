import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { LocalPlan, PlannedSystem } from "../../plan/plan";
import { networkName, sharedNetworkName } from "../../naming";
import { partLabels } from "./labels";

/**
 * Containers keep the network mode "bridge", which the provider trades for the networks named in networksAdvanced:
 * given a network's name as their mode they would be in it already, and their aliases would be dropped.
 */

/** A system's own network, and the one it offers to others. */
export type Networks = { own: docker.Network; offered?: docker.Network };

/** The names of a system's networks. */
const namesOf = (stack: string, { name: system, offersNetwork: network }: PlannedSystem) => ({
  own: networkName({ stack, system }),
  ...(network === undefined ? {} : { offered: sharedNetworkName({ stack, system, network }) }),
});

/** The names of the networks that a plan makes. */
export const networksOf = ({ stack, systems }: Pick<LocalPlan, "stack" | "systems">): string[] =>
  [...systems.values()].filter(({ runs }) => runs).flatMap((system) => Object.values(namesOf(stack, system)));

/** Creates the bridge networks of a running system. */
export const createNetworks = (stack: string, system: PlannedSystem, parent: pulumi.Resource): Networks => {
  const create = (role: string, name: string): docker.Network =>
    new docker.Network(
      `${system.name}-${role}`,
      { name, driver: "bridge", labels: partLabels({ stack, system: system.name, part: role }) },
      // A network cannot be replaced while containers are in it; its labels say only whose it is.
      { parent, deleteBeforeReplace: true, ignoreChanges: ["labels"] },
    );
  const names = namesOf(stack, system);
  const own = create("network", names.own);
  const { offersNetwork: role } = system;
  return role === undefined || names.offered === undefined ? { own } : { own, offered: create(role, names.offered) };
};
