import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** A path in this folder. The compiled program runs from the project's root, like everything here. */
export const inOffline = (...parts: string[]): string => path.resolve("offline", ...parts);

/** A digest of files and folders, by name and content, and of whatever else decides what is made of them. */
export const digestOf = ({ root, sources, facts }: { root: string; sources: string[]; facts: string[] }): string => {
  const hash = createHash("sha256").update(JSON.stringify(facts));
  for (const file of sources.flatMap((source) => filesIn(root, source)).sort())
    hash.update(`\0${file}\0${isExecutable(path.join(root, file))}\0`).update(readFileSync(path.join(root, file)));
  return hash.digest("hex");
};

/** Every file below `source` (or `source` itself), relative to the root; tests decide nothing that is made. */
const filesIn = (root: string, source: string): string[] => {
  if (!statSync(path.join(root, source)).isDirectory()) return source.endsWith("_test.go") ? [] : [source];
  return readdirSync(path.join(root, source)).flatMap((name) => filesIn(root, path.join(source, name)));
};

const isExecutable = (file: string): boolean => (statSync(file).mode & 0o100) !== 0;
