/** The labels by which a stack's resources are found and its bill is split. Google's labels are lower-case words. */
export const STACK_LABEL = "fleet-stack";
export const SYSTEM_LABEL = "fleet-system";
export const PART_LABEL = "fleet-part";
/** On each run of a job, its generation. Another value runs it again. */
export const GENERATION_LABEL = "fleet-generation";

/** On a review's slot: of how many, since that decides which Redis databases are whose. */
export const REVIEWS_LABEL = "fleet-reviews";

/** The annotation of a service that says why anybody may call it; a label could not hold a sentence. */
export const PUBLIC_REASON = "fleet.public-reason";

/**
 * The annotation of a resource that says why a rule of the policy pack does not fit it; a label, of lower-case words, where
 * a kind has no annotations.
 */
export const excusedFrom = (rule: string, reason: string) => ({ [`fleet-excused-${rule}`]: reason });

/** Labels of everything that belongs to a stack; `system` and `part` where it belongs to one. */
export const labelsOf = ({ stack, system, part }: { stack: string; system?: string; part?: string }) => ({
  [STACK_LABEL]: stack,
  ...(system === undefined ? {} : { [SYSTEM_LABEL]: system }),
  ...(part === undefined ? {} : { [PART_LABEL]: part }),
});
