import { existsSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Problem } from "../../infra/problems";
import { readJson } from "./files";
import { commandOf } from "../terminal/processes";
import { lockFolder, type Stack } from "./stack";

/** The lock of Pulumi's file backend while a command works on a stack. A killed command leaves it behind. */
export type Lock = { pid: number; username: string; hostname: string; timestamp: string };

export type LockDecision = { clear: string } | { respect: string };

/** A lock may go only if its process certainly is dead: the same machine, and no Pulumi under its process id. */
export const decideLock = (
  lock: Lock | undefined,
  here: { hostname: string; commandOf: (pid: number) => string | undefined },
): LockDecision => {
  if (!lock?.pid || !lock.hostname) return { clear: "unreadable" };
  const owner = `pid ${lock.pid} of ${lock.username}, since ${lock.timestamp.slice(0, 19)}`;
  if (lock.hostname !== here.hostname) return { respect: `${owner}, on the machine ${lock.hostname}` };
  const command = here.commandOf(lock.pid);
  if (command === undefined) return { clear: `${owner}, which is gone` };
  return /pulumi/.test(command)
    ? { respect: owner }
    : { clear: `${owner}; its process id now belongs to another program` };
};

/** The lock files of a stack, each with what it says; undefined where that cannot be read. */
export const locksOf = (stack: Stack): { file: string; lock: Lock | undefined }[] => {
  const folder = lockFolder(stack);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  return names.map((name) => path.join(folder, name)).map((file) => ({ file, lock: readJson<Lock>(file) }));
};

/** Clears the locks of dead processes, reports each, and returns a problem for every lock that has to stay. */
export const clearDeadLocks = ({ stack, report }: { stack: Stack; report: (line: string) => void }): Problem[] => {
  const here = { hostname: os.hostname(), commandOf };
  return locksOf(stack).flatMap(({ file, lock }) => {
    const decision = decideLock(lock, here);
    if ("respect" in decision) return [lockedProblem(stack, decision.respect)];
    // The backend's storage keeps a file of attributes beside each of its own.
    for (const part of [file, `${file}.attrs`]) rmSync(part, { force: true });
    report(`cleared the lock of a killed update (${decision.clear})`);
    return [];
  });
};

const lockedProblem = (stack: Stack, owner: string): Problem => ({
  path: `stack ${stack.name}`,
  message: `another update holds its lock (${owner})`,
  cure: `wait for it to end, then run this again; only if you are sure that it is dead: ./fleet pulumi cancel --yes --stack ${stack.name}`,
});
