import type { Input } from "@pulumi/pulumi";
import type { Outputs, ServiceOutput } from "../../outputs";
import type { Plan, PlannedService, PlannedWeb } from "../../plan/plan";

type Web = { url: Input<string>; healthUrl: Input<string>; revision?: Input<string> };
type Naming = {
  plan: Plan;
  containerOf: (service: PlannedService) => string;
  webOf: (service: PlannedWeb) => Web;
};

/** The outputs of a stack, from a target's names and addresses of its services. */
export const outputsOf = ({ plan, containerOf, webOf }: Naming): Outputs => {
  const services = [...plan.services.values()].map((service): ServiceOutput & { id: string } => ({
    id: service.id,
    system: service.system,
    service: service.name,
    kind: service.kind,
    container: containerOf(service),
    ...(service.kind === "web" ? webOf(service) : {}),
  }));
  return {
    urls: Object.fromEntries(services.flatMap(({ id, url }) => (url ? [[id, url]] : []))),
    services: services.map(({ id: _, ...described }) => described),
  };
};
