import { thisClone } from "./clone";

/** The labels by which a stack's containers, networks and volumes are found, whatever Pulumi's state says. */
export const STACK_LABEL = "dev.fleet.stack";
export const SYSTEM_LABEL = "dev.fleet.system";
export const PART_LABEL = "dev.fleet.part";
/** The generation of a container: another value replaces it, so a failed or missing one is made again. */
export const GENERATION_LABEL = "dev.fleet.generation";
/** The command of a service that runs another than its image's own. */
export const COMMAND_LABEL = "dev.fleet.command";
/** The folder of the checkout that made it: two clones may have a stack of the same name. */
export const CHECKOUT_LABEL = "dev.fleet.checkout";
/** The id of that clone: two clones may lie at one path, in two containers. Volumes of before have none, and get none. */
export const CLONE_LABEL = "dev.fleet.clone";
/** The format of the files on a data volume. */
export const DATA_FORMAT_LABEL = "dev.fleet.data-format";

export const stackLabel = (stack: string): string => `fleet/${stack}`;

type Labels = { label: string; value: string }[];

const asLabels = (labels: Record<string, string>): Labels =>
  Object.entries(labels).map(([label, value]) => ({ label, value }));

/** Labels that say which clone made something. */
export const makerLabels = (): Record<string, string> => ({
  [CHECKOUT_LABEL]: process.cwd(),
  [CLONE_LABEL]: thisClone().id,
});

/** Labels of everything that belongs to a part of a system. */
export const partLabels = ({ stack, system, part }: { stack: string; system: string; part: string }): Labels =>
  asLabels({
    [STACK_LABEL]: stackLabel(stack),
    [SYSTEM_LABEL]: system,
    [PART_LABEL]: part,
    ...makerLabels(),
  });

/** Labels of a container: those of its part, and com.<system>.* as specification 000 names them. */
export const containerLabels = (of: {
  stack: string;
  system: string;
  part: string;
  environment: string;
  description: string;
  generation: string;
}): Labels => [
  ...partLabels(of),
  ...asLabels({
    [`com.${of.system}.service`]: of.part,
    [`com.${of.system}.environment`]: of.environment,
    [`com.${of.system}.description`]: of.description,
    [GENERATION_LABEL]: of.generation,
  }),
];
