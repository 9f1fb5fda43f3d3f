/** By these what belongs to a stack is found again, and its bill split. Google's labels are lower-case words. */
export const STACK_LABEL = "fleet-stack";
export const SYSTEM_LABEL = "fleet-system";
export const PART_LABEL = "fleet-part";
/** On each run of a job: what it was run for. Another value runs it again. */
export const GENERATION_LABEL = "fleet-generation";

/** Labels of everything that belongs to a stack; `system` and `part` where it belongs to one. */
export const labelsOf = ({ stack, system, part }: { stack: string; system?: string; part?: string }) => ({
  [STACK_LABEL]: stack,
  ...(system === undefined ? {} : { [SYSTEM_LABEL]: system }),
  ...(part === undefined ? {} : { [PART_LABEL]: part }),
});
