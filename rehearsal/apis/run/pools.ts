import type { Call } from "../../api";
import { OWNER } from "../../callers";
import { badRequest } from "../../errors";
import { withEtag } from "../../etags";
import { refuseSecond } from "../../kept";
import { patched } from "../../masks";
import { nameIn, parentIn } from "../../names";
import type { Resource } from "../../store";
import { reconciling } from "./conditions";
import * as resources from "./resources";
import { newRevision, nextRevision } from "./revisions";
import { POOLS, type WorkerPool } from "./shapes";
import { checkTemplate, withPoolDefaults } from "./template";

const ID = /^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/;

export const createPool = (call: Call): Resource => {
  const id = call.query["workerPoolId"] as string;
  if (!ID.test(id)) {
    const description = `Violation in field worker_pool.name: ${id} is not a valid name: only lowercase, digits, and hyphens; must begin with letter, and cannot end with hyphen; must be less than 50 characters.`;
    throw badRequest({ field: "worker_pool_id", description });
  }
  const name = `${parentIn(call)}/workerPools/${id}`;
  refuseSecond(call, { kind: POOLS, name });
  return make(call, name);
};

const make = (call: Call, name: string): Resource => {
  const asked = call.body as Partial<WorkerPool>;
  const template = withPoolDefaults(call, checkTemplate(call, asked.template ?? {}));
  return deploy(call, {
    ...{ launchStage: "GA", ...resources.withoutOutputs(asked), ...resources.born(name), lastModifier: OWNER },
    ...outputs("1"),
    scaling: checkedScaling(asked.scaling),
    template,
    latestCreatedRevision: newRevision(call, { parent: name, generation: "1", template }),
  } as unknown as WorkerPool);
};

export const patchPool = (call: Call): Resource => {
  const pool = resources.findToPatch<WorkerPool>(call, POOLS);
  if (!pool) return make(call, nameIn(call));
  const changed = patched(call, pool, resources.withoutOutputs(call.body));
  const template = withPoolDefaults(call, checkTemplate(call, changed.template));
  const next = resources.nextGeneration(pool);
  return deploy(call, {
    ...{ launchStage: "GA", ...changed },
    ...outputs(pool.observedGeneration),
    ...next,
    scaling: checkedScaling(changed.scaling),
    template,
    latestCreatedRevision: nextRevision(call, { before: pool, generation: next.generation, template }),
  });
};

const outputs = (observedGeneration: string) => ({
  observedGeneration,
  reconciling: true,
  terminalCondition: reconciling("Ready"),
  conditions: [],
});

/** https://cloud.google.com/run/docs/configuring/workerpools/manual-scaling: one instance unless told otherwise. */
const checkedScaling = (scaling: WorkerPool["scaling"] = {}): WorkerPool["scaling"] => {
  const { manualInstanceCount = 1 } = scaling;
  if (manualInstanceCount < 0) {
    const description = "Violation in field worker_pool.scaling.manual_instance_count: must not be negative.";
    throw badRequest({ field: "worker_pool.scaling.manual_instance_count", description });
  }
  return { ...scaling, manualInstanceCount };
};

const deploy = (call: Call, pool: WorkerPool): Resource => {
  const kept = withEtag(pool);
  call.store.put(POOLS, kept.name, kept);
  return resources.startOperation(call, { work: "run.deployPool", resource: kept });
};
