import { readJson } from "./files";
import { stateFile, type Stack } from "./stack";

export type Resource = {
  urn: string;
  type: string;
  id?: string;
  /** Left over from an interrupted replacement: it exists and is to be deleted. */
  delete?: boolean;
  external?: boolean;
  /** Pulumi refuses to delete it. */
  protect?: boolean;
  /** URNs. */
  dependencies?: string[];
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
};

export type Operation = {
  type: "creating" | "updating" | "deleting" | "reading" | "importing";
  resource: { urn: string; type: string; inputs?: Record<string, unknown> };
};

export type State = { resources: Resource[]; pending: Operation[] };

type Checkpoint = {
  checkpoint?: { latest?: { resources?: Resource[]; pending_operations?: Operation[] } | null };
};

/** The file backend's state, read without the CLI (which takes half a second); `undefined` if there is no stack yet. */
export const readState = (stack: Stack): State | undefined => {
  const file = readJson<Checkpoint>(stateFile(stack));
  if (!file) return undefined;
  const latest = file.checkpoint?.latest;
  return { resources: latest?.resources ?? [], pending: latest?.pending_operations ?? [] };
};

/** The last part of a URN: the resource's logical name. */
export const logicalName = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

/** The program's outputs of its last update. */
export const stackOutputs = (state: State): Record<string, unknown> =>
  state.resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
