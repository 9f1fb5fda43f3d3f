import type { Plan } from "../infra/plan/plan";
import { catalogue } from "../infra/catalogue";
import { makePlan } from "../infra/plan/make-plan";
import type { System } from "../infra/catalogue/vocabulary";
import type { Service } from "../ops/stack/health";
import type { Edge, SystemPicture } from "./messages";

/**
 * The plan of what runs. The outputs of the last update say which choices were made; the plan says how the parts hang
 * together. Ports, images and secrets are not read from it.
 */
export const planOf = ({ stack, services }: { stack: string; services: readonly Service[] }): Plan =>
  makePlan(catalogue, {
    stack,
    target: "local",
    systems: [...new Set(services.map(({ system }) => system))].filter((name) => name in catalogue),
    mariadb: services.some(isWithMariadb),
    portOffset: 0,
    hotReload: false,
    imagePrefix: "",
    secrets: [],
  });

/** A service that is left out of the stack while its on-demand datastore is off tells that it is on. */
const isWithMariadb = ({ system, service }: Service): boolean => {
  const definition = (catalogue as Readonly<Record<string, System>>)[system]?.services[service];
  return definition?.onlyWith !== undefined;
};

/** Each need of each service, as the plan has it. */
export const edgesOf = ({ services }: Pick<Plan, "services">): Edge[] =>
  [...services.values()].flatMap(({ id, needs }) => needs.map((need) => ({ from: id, to: need })));

/** The systems that run, with the shared networks in which they meet others. One that the catalogue lacks has its name. */
export const systemsOf = ({ plan, services }: { plan: Plan; services: readonly Service[] }): SystemPicture[] =>
  [...new Set(services.map(({ system }) => system))].map((name) => {
    const { title = name, offersNetwork } = plan.systems.get(name) ?? {};
    const joined = [...plan.services.values()].filter(({ system }) => system === name).flatMap(({ joins }) => joins);
    return {
      name,
      title,
      networks: [
        ...(offersNetwork === undefined ? [] : [`${name}/${offersNetwork}`]),
        ...new Set(joined.map(({ system, network }) => `${system}/${network}`)),
      ],
    };
  });
