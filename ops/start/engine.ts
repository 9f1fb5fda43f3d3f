import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { connect, DEFAULT_HOST, engineHost } from "../../docker/connect";
import { contextProblems } from "../../docker/context";
import { podmanProblems, type EngineInfo } from "../../docker/engine-info";
import { engineProblem } from "../../docker/unreachable";
import { refuse, refuseWith } from "../../infra/problems";
import { canStartEngine, startEngine } from "./dockerd";
import type { Report } from "../terminal/phase";

export type Engine = { docker: Docker; host: string };

/** A Docker engine that answers; started or, on Debian as root, installed where that can be done. */
export const ensureEngine = async (report: Report): Promise<Engine> => {
  refuse(contextProblems());
  const host = engineHost();
  const docker = await connect(host);
  const error = await pingError(docker);
  if (!error) {
    refuse(podmanProblems({ host, info: (await docker.info()) as EngineInfo }));
    return { docker, host };
  }
  if (!isAbsent(error) || host !== DEFAULT_HOST || !canStartEngine())
    refuseWith(engineProblem({ error, host, hasTriedToStart: true }));

  await startEngine({ report, answers: async () => (await pingError(docker)) === undefined });
  return { docker, host };
};

const pingError = async (docker: Docker): Promise<NodeJS.ErrnoException | undefined> => {
  try {
    const silence = sleep(PING_TIMEOUT_MS, undefined, { ref: false }).then(() =>
      Promise.reject(new Error("nothing came within 10 s")),
    );
    await Promise.race([docker.ping(), silence]);
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
};

const PING_TIMEOUT_MS = 10_000;

const isAbsent = ({ code }: NodeJS.ErrnoException): boolean => code === "ENOENT" || code === "ECONNREFUSED";
