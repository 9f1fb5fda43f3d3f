import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type Docker from "dockerode";

/** Loaded late: it costs a fifth of a second, and some commands never ask the engine. */
export const connect = async (host: string): Promise<Docker> => {
  const { default: Client } = await import("dockerode");
  // dockerode reads DOCKER_HOST (and the TLS variables beside it) by itself.
  process.env.DOCKER_HOST = host;
  return new Client();
};

/** Where the engine listens: what the environment or docker's current context says, else the first socket that exists. */
export const engineHost = (): string => process.env.DOCKER_HOST || contextHost() || firstSocket() || DEFAULT_HOST;

export const DEFAULT_HOST = "unix:///var/run/docker.sock";

const contextHost = (): string | undefined => {
  const folder = path.join(os.homedir(), ".docker");
  const name =
    process.env.DOCKER_CONTEXT ||
    readJson<{ currentContext?: string }>(path.join(folder, "config.json"))?.currentContext;
  if (!name || name === "default") return undefined;
  const digest = createHash("sha256").update(name).digest("hex");
  const meta = readJson<{ Endpoints?: { docker?: { Host?: string } } }>(
    path.join(folder, "contexts", "meta", digest, "meta.json"),
  );
  return meta?.Endpoints?.docker?.Host;
};

const firstSocket = (): string | undefined => {
  const runtime = process.env.XDG_RUNTIME_DIR;
  const sockets = [
    "/var/run/docker.sock",
    ...(runtime ? [path.join(runtime, "docker.sock")] : []),
    path.join(os.homedir(), ".docker/run/docker.sock"),
  ];
  const found = sockets.find((socket) => existsSync(socket));
  return found && `unix://${found}`;
};

const readJson = <T>(file: string): T | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
};
