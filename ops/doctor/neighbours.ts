import os from "node:os";
import { when, type Problem } from "../../infra/problems";
import { runCaptured } from "../terminal/processes";

/** The API of Docker 28.0, the first that keeps ports on loopback from the machine's neighbours. */
const SAFE_API = 48;

/** The machine's ways to its neighbours: not its own loopback, and not the engine's bridges. */
const INSIDE = /^(lo|docker|br-|veth|virbr|cni|flannel)/;

/**
 * The network interfaces by which neighbours could reach what an engine publishes on loopback: none where the engine is in
 * a virtual machine or on another machine, or where the rules below are seen (root alone sees them).
 */
export const outsideOf = (engine: { host: string; system: string }): string[] => {
  const isHere =
    engine.host.startsWith("unix://") && process.platform === "linux" && engine.system !== "Docker Desktop";
  if (!isHere) return [];
  const outside = Object.keys(os.networkInterfaces()).filter((name) => !INSIDE.test(name));
  return outside.filter((name) => !isShielded(name));
};

const isShielded = (name: string): boolean =>
  rulesFor(name).every(({ table, chain, rule }) => {
    const args = ["-t", table, "-C", chain, ...rule.split(" ")];
    return runCaptured({ command: "iptables", args }).ok;
  });

/** Nothing that comes in from a network is meant for loopback, and no new connection from there for a container. */
const rulesFor = (name: string): { table: string; chain: string; rule: string }[] => [
  { table: "raw", chain: "PREROUTING", rule: "! -i lo -d 127.0.0.0/8 -j DROP" },
  { table: "filter", chain: "DOCKER-USER", rule: `-i ${name} -m conntrack --ctstate NEW -j DROP` },
];

/**
 * Before version 28, the engine let the machine's neighbours in the same network reach ports that are published on loopback:
 * https://docs.docker.com/engine/network/port-publishing/ (moby#45610). Pure.
 */
export const neighbourAdvice = (engine: {
  host: string;
  apiVersion: string;
  outside: readonly string[];
}): Problem[] => {
  const { host, apiVersion, outside } = engine;
  const commands = outside
    .flatMap(rulesFor)
    .map(({ table, chain, rule }) => `sudo iptables -t ${table} -I ${chain} ${rule}`);
  return when(Number(apiVersion.split(".")[1]) < SAFE_API && outside.length > 0, {
    path: `Docker engine ${host}`,
    message: `is older than Docker 28: others in the network of ${outside.join(", ")} can reach ports that it publishes on loopback`,
    cure: `update Docker to 28 or newer, or keep them out until the next boot: ${[...new Set(commands)].join(" && ")}`,
  });
};
