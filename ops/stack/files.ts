import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A path in the git-ignored folder of everything that can be made again. Every command runs in the project's root. */
export const inFleet = (...parts: string[]): string => path.resolve(".fleet", ...parts);

/**
 * Writes beside and renames, so that a killed command leaves the old file or the new one. True when it changed. What holds a
 * secret is written for its owner alone (mode 0600).
 */
export const writeWhenChanged = (file: string, text: string, { mode = 0o666 } = {}): boolean => {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return false;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, text, { mode });
  renameSync(`${file}.${process.pid}`, file);
  return true;
};

/** The file's JSON, or `undefined` when it is absent or unreadable. */
export const readJson = <T>(file: string): T | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
};
