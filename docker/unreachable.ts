import { userInfo } from "node:os";
import { installing, machineOf, type Machine } from "../infra/machine";
import type { Problem } from "../infra/problems";
import { DEFAULT_HOST } from "./connect";

type Unreachable = {
  /** The error of the request: with a connection's `code`, or the `statusCode` of an engine that refuses. */
  error: NodeJS.ErrnoException & { statusCode?: number };
  host: string;
  /** Whether the command that asks has tried to start an engine itself: then `./fleet start` does not help. */
  hasTriedToStart?: boolean;
  machine?: Machine;
  user?: string;
};

/** The problem of a Docker engine that does not answer or refuses, with the cure for this machine. */
export const engineProblem = (of: Unreachable): Problem => {
  const { error, host, hasTriedToStart = false, machine = machineOf(), user = userName() } = of;
  const where = `Docker engine ${host}`;
  if (error.statusCode !== undefined)
    return { path: where, message: `it answers with an error: ${error.message}`, cure: RESTART };
  if (error.code === "EACCES" || error.code === "EPERM") {
    const message = `${user} has no permission on its socket`;
    return { path: where, message, cure: host === DEFAULT_HOST ? joinGroup(user) : `be its user, or ${OWN_ENGINE}` };
  }
  const message = `no Docker engine answers (${error.code ?? error.message})`;
  if (host !== DEFAULT_HOST)
    return {
      path: where,
      message,
      cure: `start that engine (DOCKER_HOST or docker's context names it), or ${OWN_ENGINE}`,
    };
  const isLinux = machine.system !== "macos" && machine.system !== "windows";
  const start = isLinux && machine.isRoot && !hasTriedToStart ? "./fleet start, which starts it where it can; or " : "";
  return { path: where, message, cure: start + install(machine) };
};

const RESTART = "read its log (journalctl -u docker), restart it, then run this again";
const OWN_ENGINE = `use this machine's own: DOCKER_HOST=${DEFAULT_HOST} ./fleet start`;

const joinGroup = (user: string): string =>
  `sudo usermod -aG docker ${user} && newgrp docker, then run this again in that shell`;

const install = (machine: Machine): string => {
  if (machine.system === "macos") return "install and start Docker Desktop, OrbStack or colima, then run this again";
  if (machine.system === "windows") return "use WSL 2 with Docker Desktop, and run this inside WSL";
  const known = installing({ debian: "docker.io", fedora: "moby-engine" }, machine);
  const how = known === undefined ? "docs.docker.com/engine/install" : `${known}; then ${starting(machine)}`;
  const engine = `install and start Docker Engine 20.10 or newer: ${how}`;
  return machine.isWsl
    ? `start Docker Desktop on Windows and switch on its WSL integration for this distribution, or ${engine}`
    : engine;
};

/** WSL runs systemd only where a person has switched it on. */
const starting = ({ isRoot, isWsl }: Machine): string =>
  `${isRoot ? "" : "sudo "}${isWsl ? "service docker start" : "systemctl enable --now docker"}`;

/** A container can run as a user that its system does not know. */
const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER || "$USER";
  }
};
