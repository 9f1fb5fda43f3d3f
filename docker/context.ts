import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { when, type Problem } from "../infra/problems";

/** Docker's own folder of a person's settings: contexts and log-ins. */
export const configFolder = (): string => process.env.DOCKER_CONFIG || path.join(os.homedir(), ".docker");

/** The context that docker's command would use, by name; undefined for the default one. */
const currentName = (): string | undefined => {
  const { currentContext } = readJson<{ currentContext?: string }>(path.join(configFolder(), "config.json")) ?? {};
  const name = process.env.DOCKER_CONTEXT || currentContext;
  return name === "default" ? undefined : name || undefined;
};

/** The engine's address by docker's current context: Colima, OrbStack, Rancher Desktop and Docker Desktop each set one. */
export const contextHost = (): string | undefined => {
  const name = currentName();
  return name === undefined ? undefined : hostOf(name);
};

const hostOf = (context: string): string | undefined => {
  const digest = createHash("sha256").update(context).digest("hex");
  const file = path.join(configFolder(), "contexts", "meta", digest, "meta.json");
  return readJson<{ Endpoints?: { docker?: { Host?: string } } }>(file)?.Endpoints?.docker?.Host;
};

/** The problem of a chosen context that is not there; docker's command refuses it too. DOCKER_HOST wins over contexts. */
export const contextProblems = (): Problem[] => {
  const name = currentName();
  const isMissing = !process.env.DOCKER_HOST && name !== undefined && hostOf(name) === undefined;
  return when(isMissing, {
    path: `docker context ${name ?? ""}`,
    message:
      "there is no such context, so nothing says where the engine listens; docker context ls lists those there are",
    cure: process.env.DOCKER_CONTEXT ? "unset DOCKER_CONTEXT" : "docker context use default",
  });
};

/** The sockets of engines that set no context, or whose context is not the current one. */
export const firstSocket = (): string | undefined => {
  const runtime = process.env.XDG_RUNTIME_DIR;
  const inHome = [
    ".docker/run/docker.sock",
    ".orbstack/run/docker.sock",
    ".rd/docker.sock",
    ".colima/default/docker.sock",
  ];
  return [
    "/var/run/docker.sock",
    ...(runtime ? [path.join(runtime, "docker.sock")] : []),
    ...inHome.map((socket) => path.join(os.homedir(), socket)),
  ].find((socket) => existsSync(socket));
};

/** A JSON file of Docker's; undefined where there is none, or none that can be read. */
export const readJson = <T>(file: string): T | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
};
