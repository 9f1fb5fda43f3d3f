import * as pulumi from "@pulumi/pulumi";
import { RECORD_NAMES, RECORD_TYPE, type PublishedPlan } from "../infra/plan/published";

/** The published plan in the stack's state, and the Docker engine that it was made on: a resource without a thing behind it, known by its input alone. */
class Record extends pulumi.ComponentResource {
  constructor(name: string, inputs: { plan: pulumi.Input<PublishedPlan>; engine?: string }) {
    super(RECORD_TYPE, name, inputs);
    this.registerOutputs();
  }
}

type Recording<T> = { published: PublishedPlan; engine?: string; make: () => T | Promise<T> };

/**
 * Keeps the plan with the stack, so that work on it needs no catalogue, whatever becomes of the update: `plan-wanted`
 * is in the state before `make` is called, `plan-applied` takes the plan over only once all that `make` made is there
 * and has passed its gates. A failed, killed or targeted update leaves the `plan-applied` of the one before.
 */
export const recorded = async <T>({ published: plan, make, ...engine }: Recording<T>): Promise<T> => {
  await truth(new Record(RECORD_NAMES.wanted, { plan, ...engine }).urn);
  const made = followResources();
  const outputs = await make();
  // It is not awaited: after a failed update the stack still has its outputs.
  new Record(RECORD_NAMES.applied, { plan: settled(made).then(() => plan) });
  return outputs;
};

/** Every resource that is made from now on; a preview makes none. */
const followResources = (): readonly pulumi.Resource[] => {
  const made: pulumi.Resource[] = [];
  if (pulumi.runtime.isDryRun()) return made;
  pulumi.runtime.registerStackTransformation(({ resource }) => {
    if (!(resource instanceof Record)) made.push(resource);
    return undefined;
  });
  return made;
};

/** Resolves once all are in the state and all gates are passed. */
const settled = async (made: readonly pulumi.Resource[]): Promise<void> => {
  for (let seen = 0; seen < made.length;) {
    const next = made.slice(seen);
    seen = made.length;
    await Promise.all(next.flatMap((resource) => [resource.urn, ...gatesOf(resource)]).map(truth));
  }
};

/** A component's own outputs resolve when its gate is passed; a custom resource's when it is made. */
const gatesOf = (resource: pulumi.Resource): pulumi.Output<unknown>[] =>
  pulumi.ComponentResource.isInstance(resource)
    ? Object.values(resource).filter((value): value is pulumi.Output<unknown> => pulumi.Output.isInstance(value))
    : [];

/** Never resolves where the output fails; Pulumi ends the program then. */
const truth = (output: pulumi.Output<unknown>): Promise<unknown> => new Promise((resolve) => output.apply(resolve));
