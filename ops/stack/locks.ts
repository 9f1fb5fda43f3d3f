import { existsSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Problem } from "../../infra/problems";
import { inFleet, readJson, writeWhenChanged } from "./files";
import { commandOf, isOutOfSight, pidPlace } from "../terminal/processes";
import { lockFolder, type Stack } from "./stack";

/** The lock of Pulumi's file backend while a command works on a stack. A killed command leaves it behind. */
export type Lock = { pid: number; username: string; hostname: string; timestamp: string };

export type LockDecision = { clear: string } | { respect: string };

/** What this process can tell about others. */
export type View = {
  hostname: string;
  commandOf: (pid: number) => string | undefined;
  /** Commands work on this clone also where their process ids cannot be seen from here, under the same host name. */
  isPartial: boolean;
};

/** A lock may go only if its process certainly is dead: the same machine, and no Pulumi under its process id. */
export const decideLock = (lock: Lock | undefined, here: View): LockDecision => {
  if (!lock?.pid || !lock.hostname) return { clear: "unreadable" };
  const owner = `pid ${lock.pid} of ${lock.username}, since ${lock.timestamp.slice(0, 19)}`;
  if (lock.hostname !== here.hostname) return { respect: `${owner}, on the machine ${lock.hostname}` };
  const command = here.commandOf(lock.pid);
  if (here.isPartial && !/pulumi/.test(command ?? ""))
    return { respect: `${owner}, which cannot be seen here: it may be in another container of this host name` };
  if (command === undefined) return { clear: `${owner}, which is gone` };
  return /pulumi/.test(command)
    ? { respect: owner }
    : { clear: `${owner}; its process id now belongs to another program` };
};

/** Pulumi's lock does not say in which container its process is, so a clone remembers where its commands ran. */
const placesFile = (): string => inFleet("places.json");

const placesKnown = (): string[] => readJson<string[]>(placesFile()) ?? [];

/** Keeps that a command of this clone works here; places of before the machine's last boot are dropped. */
export const rememberPlace = (here = pidPlace()): void => {
  const others = placesKnown().filter((place) => place !== here && isOutOfSight(place, here));
  writeWhenChanged(placesFile(), `${JSON.stringify([...others, here].sort(), null, 2)}\n`);
};

/** What this process can tell, by where commands of this clone have run. */
export const viewHere = (): View => {
  const here = pidPlace();
  const host = (place: string): string | undefined => place.split(" ")[0];
  const isUnseen = (place: string): boolean => host(place) === host(here) && isOutOfSight(place, here);
  return { hostname: os.hostname(), commandOf, isPartial: placesKnown().some(isUnseen) };
};

/** The lock files of a stack, each with what it says; undefined where that cannot be read. */
export const locksOf = (stack: Stack): { file: string; lock: Lock | undefined }[] => {
  const folder = lockFolder(stack);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  return names.map((name) => path.join(folder, name)).map((file) => ({ file, lock: readJson<Lock>(file) }));
};

/** Clears the locks of dead processes, reports each, and returns a problem for every lock that has to stay. */
export const clearDeadLocks = ({ stack, report }: { stack: Stack; report: (line: string) => void }): Problem[] => {
  const here = viewHere();
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
