import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { refuseWith } from "../../problems";

/** What this clone knows of itself, in its own folder of what git ignores. */
export type Clone = {
  /** Random, made once: two clones can lie at one path, in two containers or two users' chroots. */
  id: string;
  /** The folders by which it was known while labels held no id; empty for a clone that has had one from the start. */
  folders: readonly string[];
  /** By stack, the makers of data that a person let it take over. */
  adopted: Readonly<Record<string, readonly string[]>>;
};

/** The file of a clone's id. */
export const cloneFile = (root = process.cwd()): string => path.join(root, ".fleet", "clone.json");

/**
 * The clone's folder on the engine's machine, where this process is in a dev container and knows it by another path
 * (`FLEET_HOST_FOLDER`, docs/codespaces.md).
 */
export const hostFolder = (env: NodeJS.ProcessEnv): string | undefined => env["FLEET_HOST_FOLDER"] || undefined;

/** The folders of a clone: its own, and that on the engine's machine where it is another. */
export const foldersOf = ({ root = process.cwd(), env = process.env } = {}): string[] =>
  [root, hostFolder(env)].filter((folder) => folder !== undefined);

/**
 * The clone in this folder; its id is made at the first call.
 * @throws ProblemsError where its file is damaged.
 */
export const thisClone = (root = process.cwd()): Clone => readClone(root) ?? makeClone(root);

/** The clone in this folder as it is, before anything is written: without an id it has made nothing that carries one. */
export const knownClone = (root = process.cwd()): Clone =>
  readClone(root) ?? { id: "", folders: foldersBefore(root), adopted: {} };

const readClone = (root: string): Clone | undefined => {
  const file = cloneFile(root);
  try {
    const { id, folders = [], adopted = {} } = JSON.parse(readFileSync(file, "utf8")) as Partial<Clone>;
    if (id) return { id, folders, adopted };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (!(error instanceof SyntaxError)) throw error;
  }
  return refuseWith({
    path: path.relative("", file),
    message: "is damaged, so it is not known which containers and data are this clone's",
    cure: `rm ${path.relative("", file)} (this clone gets another id; data that carries the old one is then taken over by name, as the next start says)`,
  });
};

/** A link is made whole or not at all: of two commands at once, both read the id of one. */
const makeClone = (root: string): Clone => {
  const file = cloneFile(root);
  const made: Clone = { id: randomBytes(8).toString("hex"), folders: foldersBefore(root), adopted: {} };
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  try {
    linkSync(own, file);
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readClone(root) ?? made;
  } finally {
    rmSync(own, { force: true });
  }
};

/** A clone that has a stack's state but no id made its containers and volumes while labels held the folder alone. */
const foldersBefore = (root: string): string[] => {
  const fleet = path.join(root, ".fleet");
  const stacks = path.join(fleet, "stacks");
  const own = existsSync(stacks) ? readdirSync(stacks).map((name) => path.join(stacks, name)) : [];
  const isOlder = [fleet, ...own].some((folder) => existsSync(path.join(folder, "state", ".pulumi")));
  return isOlder ? foldersOf({ root }) : [];
};
