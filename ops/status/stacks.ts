import { existsSync } from "node:fs";
import type Docker from "dockerode";
import { isOthers, makerOf, makersOf } from "../../infra/targets/local/checkouts";
import { STACK_LABEL, stackLabel } from "../../infra/targets/local/labels";
import { list } from "../../docker/connect";
import { exitCodeIn } from "../../docker/health";
import { settingsOf } from "../stack/config-file";
import { knownStacks, stackOf } from "../stack/stack";

/** A stack on this machine, of this clone or another. */
export type StackRow = {
  name: string;
  /** This clone's folder, or the maker that another clone's labels name: its folder and id. */
  clone: string;
  /** Containers that are up. */
  running: number;
  /** Containers that are meant to stay up: jobs have an end. */
  staying: number;
  /** Jobs that ended with a failure. */
  failedJobs: number;
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
    list<DiskUsage>("/system/df?type=volume&verbose=true"),
  ]);
  const jobs = await jobsAmong(docker, containers);
  const volumes = volumesIn(usage).filter(({ Labels }) => Labels?.[STACK_LABEL] !== undefined);
  const rows = new Map<string, StackRow>();
  const rowOf = (labels: Record<string, string>): StackRow => {
    const name = (labels[STACK_LABEL] ?? "").replace(stackLabel(""), "");
    const maker = makerOf({ labels });
    const isOwn = maker !== undefined && !isOthers({ labels }, makersOf(name));
    const clone = isOwn ? process.cwd() : (maker ?? "?");
    return remembered(rows, { name, clone });
  };
  for (const name of knownStacks()) remembered(rows, { name, clone: process.cwd() });
  for (const { Id, Labels, State, Status } of containers) {
    const row = rowOf(Labels);
    row.containers += 1;
    if (State === "running") row.running += 1;
    if (!jobs.has(Id)) row.staying += 1;
    else if (exitCodeIn(Status) !== 0) row.failedJobs += 1;
  }
  for (const { Labels, UsageData } of volumes) {
    const row = rowOf(Labels ?? {});
    row.volumes += 1;
    row.bytes += Math.max(0, UsageData?.Size ?? 0);
  }
  return [...rows.values()].map(withOffset).sort((a, b) => a.name.localeCompare(b.name));
};

/**
 * The engine's answer about disk usage: since API 1.52 (Docker 29) who asks with `verbose` gets the second form alone. Its
 * changelog calls it VolumesUsage; its specification and the engine itself do not (seen on 2026-11-28).
 */
type DiskUsage = { Volumes?: VolumeUsage[] | null; VolumeUsage?: { Items?: VolumeUsage[] | null } };

/** The volumes in the engine's disk usage, of whichever form. */
const volumesIn = ({ Volumes, VolumeUsage }: DiskUsage): VolumeUsage[] => VolumeUsage?.Items ?? Volumes ?? [];

/** The ids of jobs: they have ended, and are never started again by the engine. */
const jobsAmong = async (docker: Docker, containers: readonly Docker.ContainerInfo[]): Promise<Set<string>> => {
  const ended = containers.filter(({ State }) => State === "exited");
  const inspected = await Promise.all(ended.map(({ Id }) => docker.getContainer(Id).inspect()));
  return new Set(inspected.filter(({ HostConfig }) => HostConfig.RestartPolicy?.Name === "no").map(({ Id }) => Id));
};

type VolumeUsage = { Labels: Record<string, string> | null; UsageData?: { Size: number } };

const remembered = (rows: Map<string, StackRow>, { name, clone }: { name: string; clone: string }): StackRow => {
  const key = `${name}\n${clone}`;
  const row = rows.get(key) ?? { name, clone, ...NOTHING };
  rows.set(key, row);
  return row;
};

const NOTHING = { running: 0, staying: 0, failedJobs: 0, containers: 0, volumes: 0, bytes: 0 };

const withOffset = (row: StackRow): StackRow => {
  if (row.clone !== process.cwd()) return row;
  const { configFile } = stackOf(row.name);
  if (!existsSync(configFile)) return row;
  return { ...row, portOffset: settingsOf(configFile).portOffset };
};
