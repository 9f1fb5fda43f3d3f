import type { Plan } from "../../infra/plan/plan";
import { isSourceOf } from "../../infra/targets/build";
import { runCaptured } from "../terminal/processes";
import { commitOf } from "./base";

/** The systems that a change is rehearsed with, those that it touches too and that are left out, and what touches them. */
export type Touched = { systems: string[]; leftOut: string[]; because: Record<string, string> };

/** So many systems stand for all where code that all share is changed. */
const FOR_ALL = 2;

/** The program's own files, which decide what is made of every system. */
const PROGRAM = /^(infra\/|stacks\/|policy\/|Pulumi\.(prod\.)?yaml$|package(-lock)?\.json$)/;

/**
 * The systems that these files are of. A file of one system's catalogue or images touches that one; what all share touches all,
 * and the two systems with the most kinds of parts stand for them.
 */
export const touchedBy = ({ files, plan }: { files: readonly string[]; plan: Plan }): Touched => {
  const running = [...plan.systems.values()].filter(({ runs }) => runs).map(({ name }) => name);
  const because: Record<string, string> = {};
  const own = new Set<string>();
  for (const file of files) {
    const systems = systemsOf({ file, plan }).filter((name) => running.includes(name));
    for (const name of systems) because[name] ??= file;
    if (systems.length < running.length) systems.forEach((name) => own.add(name));
  }
  const touched = running.filter((name) => because[name] !== undefined);
  const chosen = [...own];
  while (chosen.length < Math.min(FOR_ALL, touched.length)) chosen.push(broadest({ plan, touched, chosen }));
  const isChosen = (name: string): boolean => chosen.includes(name);
  return { systems: touched.filter(isChosen), leftOut: touched.filter((name) => !isChosen(name)), because };
};

const systemsOf = ({ file, plan }: { file: string; plan: Plan }): string[] => {
  const all = [...plan.systems.keys()];
  const [, named] = /^infra\/catalogue\/([\w-]+)\.ts$/.exec(file) ?? [];
  if (named !== undefined && all.includes(named)) return [named];
  if (PROGRAM.test(file)) return all;
  const [, source] = /^services\/(.*)$/.exec(file) ?? [];
  if (source === undefined) return [];
  const services = [...plan.services.values()];
  const images = [...plan.images.values()].filter((image) => isSourceOf(image)(source));
  if (images.length === plan.images.size) return all;
  return all.filter((name) =>
    services.some(({ system, image }) => system === name && images.some(({ folder }) => folder === image)),
  );
};

type Choosing = { plan: Plan; touched: readonly string[]; chosen: readonly string[] };

/** The system with the most kinds of processes and datastores that no chosen one has. */
const broadest = ({ plan, touched, chosen }: Choosing): string => {
  const kinds = (name: string): Set<string> =>
    new Set([
      ...[...plan.services.values()].filter(({ system }) => system === name).map(({ kind }) => kind),
      ...[...plan.datastores.values()]
        .filter(({ system, runs }) => runs && system === name)
        .map(({ engine }) => engine),
    ]);
  const known = new Set(chosen.flatMap((name) => [...kinds(name)]));
  const fresh = (name: string): number => [...kinds(name)].filter((kind) => !known.has(kind)).length;
  const [first = ""] = touched.filter((name) => !chosen.includes(name)).sort((a, b) => fresh(b) - fresh(a));
  return first;
};

/** The files in which this checkout differs from a commit, uncommitted and untracked ones too. */
export const filesSince = (ref: string): string[] => {
  const { commit } = commitOf(ref);
  const listed = [
    runCaptured({ command: "git", args: ["diff", "--name-only", "--no-renames", "-z", commit] }),
    runCaptured({ command: "git", args: ["ls-files", "--others", "--exclude-standard", "-z"] }),
  ];
  const failed = listed.find(({ ok }) => !ok);
  if (failed) throw new Error(`git does not tell what differs from ${ref}: ${failed.stderr.trim()}`);
  return [...new Set(listed.flatMap(({ stdout }) => stdout.split("\0").filter(Boolean)))].sort();
};
