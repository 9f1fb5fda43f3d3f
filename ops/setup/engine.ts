import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { ProblemsError, type Problem } from "../../infra/problems";
import { connect, DEFAULT_HOST, engineHost } from "../engine";
import { canStartEngine, startEngine } from "./dockerd";
import type { Report } from "./phase";

export type Engine = { docker: Docker; host: string };

/** A Docker engine that answers; started or, on Debian as root, installed where that can be done. */
export const ensureEngine = async (report: Report): Promise<Engine> => {
  const host = engineHost();
  const docker = await connect(host);
  const error = await pingError(docker);
  if (!error) return { docker, host };
  if (!isAbsent(error) || host !== DEFAULT_HOST || !canStartEngine())
    throw new ProblemsError([engineProblem({ error, host })]);

  await startEngine({ report, answers: async () => (await pingError(docker)) === undefined });
  return { docker, host };
};

const pingError = async (docker: Docker): Promise<NodeJS.ErrnoException | undefined> => {
  try {
    const silence = sleep(PING_TIMEOUT_MS, undefined, { ref: false }).then(() =>
      Promise.reject(new Error("no answer within 10 s")),
    );
    await Promise.race([docker.ping(), silence]);
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
};

const PING_TIMEOUT_MS = 10_000;

const isAbsent = ({ code }: NodeJS.ErrnoException): boolean => code === "ENOENT" || code === "ECONNREFUSED";

/** What to tell a person for whom nothing can be started. */
export const engineProblem = ({
  error,
  host,
  platform = process.platform,
  user = userInfo().username,
}: {
  error: NodeJS.ErrnoException;
  host: string;
  platform?: NodeJS.Platform;
  user?: string;
}): Problem => {
  const where = `Docker engine ${host}`;
  if (error.code === "EACCES" || error.code === "EPERM") {
    return {
      path: where,
      message: `${user} has no permission on its socket`,
      cure: `sudo usermod -aG docker ${user} && newgrp docker, then run this again in that shell`,
    };
  }
  if (host !== DEFAULT_HOST) {
    return {
      path: where,
      message: `no answer: ${error.message}`,
      cure: `start that engine (DOCKER_HOST or docker's context names it), or use this machine's own: DOCKER_HOST=${DEFAULT_HOST} npm start`,
    };
  }
  return { path: where, message: `none is running here (${error.code ?? error.message})`, cure: installCure(platform) };
};

const installCure = (platform: NodeJS.Platform): string => {
  if (platform === "darwin") return "install and start Docker Desktop, OrbStack or colima, then run this again";
  if (platform === "win32") return "use WSL 2 with Docker Desktop, and run this inside WSL";
  return "install and start Docker Engine 20.10 or newer: on Debian or Ubuntu sudo apt-get install docker.io, on Fedora sudo dnf install moby-engine; then sudo systemctl start docker";
};
