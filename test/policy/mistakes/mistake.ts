import type { BenchmarkRule } from "../../../policy/benchmarks";
import type { Resource } from "../../../policy/rule";
import { container, good, stackOf } from "../good";

export const serviceWith = (change: object) => ({
  service: { ...good.service, template: { ...good.service.template, containers: [{ ...container, ...change }] } },
});
/** Without a database, which would be asked for too many connections as well. */
export const scaled = (scaling: object) => ({
  service: { ...good.service, template: { ...good.service.template, volumes: [], scaling } },
});
export const withVariable = (variable: object) => serviceWith({ envs: [...container.envs, variable] });
export const instanceWith = (change: object) => ({
  instance: { ...good.instance, settings: { ...good.instance.settings, ...change } },
});
export const reachedBy = (change: object) =>
  instanceWith({ ipConfiguration: { ...good.instance.settings.ipConfiguration, ...change } });
export const backedUp = (backupConfiguration: object) => instanceWith({ backupConfiguration });
export const extra = (type: string, props: Resource["props"] = {}): Resource[] => [{ type, name: "planted", props }];

/** A stack with one mistake, and the rule that has to find it. */
export type Mistake = {
  title: string;
  rule: string;
  /** The rule of a public benchmark that it is taken from. */
  from?: BenchmarkRule;
  changed?: Parameters<typeof stackOf>[0];
  extra?: Resource[];
};

/** A mistake in a resource that stands beside a good stack. */
export const beside = (
  of: Pick<Mistake, "title" | "rule" | "from">,
  type: string,
  props: Resource["props"] = {},
): Mistake => ({ ...of, extra: extra(type, props) });
