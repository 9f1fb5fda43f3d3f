import { execCaptured, type Captured } from "../../docker/exec";
import { ignoring, UNDER_WAY } from "../../docker/refusals";
import { until } from "../../docker/wait";
import type { Realise } from "../realise";
import * as containers from "./containers";
import { keepAlive } from "./instance";

/** A server whose data outlives its container. */
export type KeptServer = {
  container: containers.ContainerSpec;
  /** What it was asked to be, without secrets; a container that was made for something else is replaced. */
  asked: string;
  graceSeconds: number;
  patienceSeconds: number;
  readyCommand: string[];
  isReady: (answer: Captured) => boolean;
  /** The words of its log that say why it does not start; empty where it wrote none. */
  lastWords: (lines: readonly string[]) => string;
};

const SPEC_LABEL = "dev.fleet.rehearsal.spec";

/** Makes a server run as it is asked for, on the data that it has. @throws Error with its last words where it does not start */
export const keepServer = async (realise: Realise, of: KeptServer): Promise<void> => {
  const { docker } = realise;
  const { container, asked } = of;
  const running = await containers.inspectContainer(docker, container.name);
  if (!running?.State.Running || running.Config.Labels[SPEC_LABEL] !== asked) {
    await containers.stopContainer(docker, container.name, of.graceSeconds);
    await containers.startContainer(realise, { ...container, Labels: { ...container.Labels, [SPEC_LABEL]: asked } });
  }
  await untilReady(realise, of);
  // Only one that starts is started again: any other would try for ever.
  await keepAlive(docker, container.name);
};

const untilReady = async ({ docker }: Pick<Realise, "docker">, of: KeptServer): Promise<void> => {
  const { name } = of.container;
  const ask = async (): Promise<"ready" | "not yet" | "ended"> => {
    const state = (await containers.inspectContainer(docker, name))?.State;
    if (!state?.Running || state.Restarting) return "ended";
    // Between the two questions the container may end: the next look tells.
    const answer = await ignoring([UNDER_WAY], execCaptured({ docker, container: name, command: of.readyCommand }));
    return answer && of.isReady(answer) ? "ready" : "not yet";
  };
  const ends = (answer: string): boolean => answer !== "not yet";
  const last = await until({ ask, ends, everyMs: 100, patienceMs: of.patienceSeconds * 1000 });
  if (last === "ready") return;
  const lines = (await containers.logsOf(docker, name)).trim().split("\n");
  throw new Error(`the server does not start: ${of.lastWords(lines) || "it said nothing"}`);
};
