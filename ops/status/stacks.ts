import { existsSync } from "node:fs";
import type Docker from "dockerode";
import { isOthers, makerOf, makersOf } from "../../infra/targets/local/checkouts";
import { STACK_LABEL, stackLabel } from "../../infra/targets/local/labels";
import { settingsOf } from "../stack/config-file";
import { knownStacks, stackOf } from "../stack/stack";

/** A stack on this machine, of this clone or another. */
export type StackRow = {
  name: string;
  /** This clone's folder, or the maker that another clone's labels name: its folder and id. */
  clone: string;
  running: number;
  containers: number;
  volumes: number;
  /** The size of its volumes. */
  bytes: number;
  portOffset?: number;
};

/** Every stack that this clone knows or that the engine holds something of. */
export const stacksOf = async (docker: Docker): Promise<StackRow[]> => {
  const filters = { label: [STACK_LABEL] };
  const [containers, usage] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.df() as Promise<{ Volumes: VolumeUsage[] | null }>,
  ]);
  const volumes = (usage.Volumes ?? []).filter(({ Labels }) => Labels?.[STACK_LABEL] !== undefined);
  const rows = new Map<string, StackRow>();
  const rowOf = (labels: Record<string, string>): StackRow => {
    const name = (labels[STACK_LABEL] ?? "").replace(stackLabel(""), "");
    const clone = isOthers({ labels }, makersOf(name)) ? makerOf({ labels }) : process.cwd();
    return remembered(rows, { name, clone: clone ?? "?" });
  };
  for (const name of knownStacks()) remembered(rows, { name, clone: process.cwd() });
  for (const { Labels, State } of containers) {
    const row = rowOf(Labels);
    row.containers += 1;
    if (State === "running") row.running += 1;
  }
  for (const { Labels, UsageData } of volumes) {
    const row = rowOf(Labels ?? {});
    row.volumes += 1;
    row.bytes += Math.max(0, UsageData?.Size ?? 0);
  }
  return [...rows.values()].map(withOffset).sort((a, b) => a.name.localeCompare(b.name));
};

type VolumeUsage = { Labels: Record<string, string> | null; UsageData?: { Size: number } };

const remembered = (rows: Map<string, StackRow>, { name, clone }: { name: string; clone: string }): StackRow => {
  const key = `${name}\n${clone}`;
  const row = rows.get(key) ?? { name, clone, running: 0, containers: 0, volumes: 0, bytes: 0 };
  rows.set(key, row);
  return row;
};

const withOffset = (row: StackRow): StackRow => {
  if (row.clone !== process.cwd()) return row;
  const { configFile } = stackOf(row.name);
  if (!existsSync(configFile)) return row;
  return { ...row, portOffset: settingsOf(configFile).portOffset };
};
