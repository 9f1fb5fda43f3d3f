import { userInfo } from "node:os";
import type { Problem } from "../infra/problems";
import { DEFAULT_HOST } from "./connect";

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
      cure: `start that engine (DOCKER_HOST or docker's context names it), or use this machine's own: DOCKER_HOST=${DEFAULT_HOST} ./fleet start`,
    };
  }
  return { path: where, message: `none is running here (${error.code ?? error.message})`, cure: installCure(platform) };
};

const installCure = (platform: NodeJS.Platform): string => {
  if (platform === "darwin") return "install and start Docker Desktop, OrbStack or colima, then run this again";
  if (platform === "win32") return "use WSL 2 with Docker Desktop, and run this inside WSL";
  return "install and start Docker Engine 20.10 or newer: on Debian or Ubuntu sudo apt-get install docker.io, on Fedora sudo dnf install moby-engine; then sudo systemctl start docker";
};
