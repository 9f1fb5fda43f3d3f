import { DEFAULT_HOST } from "./connect";
import { isLoopback } from "../infra/loopback";
import { when, type Problem } from "../infra/problems";

/** Whether an engine's address leads to another machine; a virtual machine of this one is reached by a socket. */
export const isRemote = (host: string): boolean => /^(ssh|tcp|https?):\/\//.test(host) && !isLoopback(host);

/**
 * The problem of an engine on another machine: it would mount folders of its own, which are empty, and publish ports where
 * nobody here can reach them.
 */
export const remoteProblems = (host: string): Problem[] =>
  when(isRemote(host), {
    path: `Docker engine ${host}`,
    message:
      "it is on another machine, where this folder cannot be mounted and ports on loopback cannot be reached; allowed: an engine of this machine",
    cure: `use this machine's own: DOCKER_HOST=${DEFAULT_HOST} ./fleet start, or clone and start on that machine`,
  });
