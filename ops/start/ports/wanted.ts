import type { Plan } from "../../../infra/plan/plan";
import type { PublishedPlan } from "../../../infra/plan/published";
import { wantedPorts } from "../../../infra/targets/local/preflight";
import { wantedPlan } from "../../../stacks/wanted";

export type WantedPort = { path: string; port: number };

/** The host ports of what runs, as it was published. */
export const publishedPorts = ({ datastores, services }: PublishedPlan): WantedPort[] =>
  [...datastores.filter(({ runs }) => runs), ...services].flatMap(({ id, hostPort }) =>
    hostPort === undefined ? [] : [{ path: id, port: hostPort }],
  );

/** The host ports that a stack of this config file asks for; none for a stack of the cloud. */
export const portsOfFile = ({ name, configFile }: { name: string; configFile: string }): WantedPort[] =>
  localPorts(wantedPlan({ stack: name, configFile, madeUp: true }));

/** The host ports of all that a stack of this offset could ever run here, on demand or not. */
export const everyPort = (portOffset: number): WantedPort[] => {
  const config = { "fleet:target": "local", "fleet:systems": '["all"]', "fleet:mariadb": "true" };
  return localPorts(wantedPlan({ stack: "any", config: { ...config, "fleet:portOffset": String(portOffset) } }));
};

const localPorts = (plan: Plan): WantedPort[] =>
  plan.target === "local" ? wantedPorts(plan).map(({ path, port }) => ({ path, port })) : [];
