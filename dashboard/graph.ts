import type { PublishedPlan } from "../infra/plan/published";
import type { Service } from "../ops/stack/health";
import type { Edge, SystemPicture } from "./messages";

/**
 * A stack as it runs: the published plan says how the parts hang together, the outputs of the last update where they
 * answer.
 */
export type Running = { plan: PublishedPlan; services: readonly Service[] };

/** Each need of each service, as the plan has it. */
export const edgesOf = ({ plan }: Pick<Running, "plan">): Edge[] =>
  plan.services.flatMap(({ id, needs }) => needs.map((need) => ({ from: id, to: need })));

/** The systems that run, with the shared networks in which they meet others. One that the plan lacks has its name. */
export const systemsOf = ({ plan, services }: Running): SystemPicture[] =>
  [...new Set(services.map(({ system }) => system))].map((name) => {
    const { title = name, offersNetwork } = plan.systems.find((system) => system.name === name) ?? {};
    const joined = plan.services.filter(({ system }) => system === name).flatMap(({ joins }) => joins);
    return { name, title, networks: [...(offersNetwork === undefined ? [] : [offersNetwork]), ...new Set(joined)] };
  });
