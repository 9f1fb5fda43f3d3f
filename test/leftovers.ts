import assert from "node:assert/strict";
import Docker from "dockerode";
import path from "node:path";
import { thisClone } from "../infra/targets/local/clone";
import { STACK_LABEL, stackLabel } from "../infra/targets/local/labels";
import { REHEARSAL_LABEL } from "../rehearsal/settings";

/** The first part of the name of every stack that tests make in the checkout itself: a person's own has another name. */
const TEST_STACK = /^test-/;
/** The folders of copies of this project that tests make. */
const TEST_CLONE = /^fleet-(e2e|clone|roll-outs|change)-[A-Za-z0-9]{6}$/;

type Labels = Readonly<Record<string, string>> | null | undefined;

/**
 * Removes what a killed run of the tests, in any clone, has left of a stack: a start refuses what another clone made.
 * What no test has made stays, and the start says whose it is.
 */
export const removeLeftovers = (stack: string, docker = new Docker()): Promise<void> => {
  const { id } = thisClone();
  const wanted = (labels: Labels): boolean => labels?.["dev.fleet.clone"] !== id && isOfTests(stack, labels);
  return removeLabelled({ docker, label: labelOf(stack), wanted });
};

/** As `removeLeftovers`, of a rehearsed cloud, all of whose names begin with `prefix`. */
export const removeRehearsalLeftovers = (prefix: string, docker = new Docker()): Promise<void> =>
  removeLabelled({ docker, label: `${REHEARSAL_LABEL}=${prefix}`, wanted: isOfTestClone });

/** The label, with its value, of all that a stack has. */
export const labelOf = (stack: string): string => `${STACK_LABEL}=${stackLabel(stack)}`;

/** Whether tests made it, by the stack's name or by the folder of the clone. */
export const isOfTests = (stack: string, labels: Labels): boolean => TEST_STACK.test(stack) || isOfTestClone(labels);

const isOfTestClone = (labels: Labels): boolean => TEST_CLONE.test(path.basename(labels?.["dev.fleet.checkout"] ?? ""));

type Removing = {
  docker: Docker;
  /** With its value. */
  label: string;
  wanted: (labels: Labels) => boolean;
};

/** Removes every container, network and volume that carries a label and is `wanted`. */
export const removeLabelled = async ({ docker, label, wanted }: Removing): Promise<void> => {
  assert.match(label, /=(?:fleet\/)?[^/]+$/);
  const filters = { label: [label] };
  for (const { Id, Labels } of await docker.listContainers({ all: true, filters }))
    if (wanted(Labels)) await docker.getContainer(Id).remove({ force: true, v: true });
  for (const { Id, Labels } of await docker.listNetworks({ filters }))
    if (wanted(Labels)) await docker.getNetwork(Id).remove();
  for (const { Name, Labels } of (await docker.listVolumes({ filters })).Volumes)
    if (wanted(Labels)) await docker.getVolume(Name).remove();
};
