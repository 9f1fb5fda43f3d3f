import dockerignore from "@balena/dockerignore";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

type Content = { folder: string; sources: readonly string[]; also?: string };

/**
 * A hash of names, modes and contents of files below `folder`. `sources` are files, or folders that count without what
 * .dockerignore keeps out of the build; an absent one adds nothing. `also` joins the hash.
 */
export const contentHash = ({ folder, sources, also = "" }: Content): string => {
  const ignored = ignoredBy(folder);
  const files = sources.flatMap((source) =>
    filesBelow(folder, source).filter((file) => file === source || !ignored(file)),
  );
  const hash = createHash("sha256").update(also);
  for (const file of files.sort()) {
    const path = join(folder, file);
    hash.update(`\0${file}\0${statSync(path).mode & 0o111}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
};

/** A hash of every file below a service's folder that lies in a folder of the given name, for example `migrations`. */
export const namedFolderHash = ({ folder, service, name }: Record<"folder" | "service" | "name", string>): string => {
  const sources = filesBelow(folder, service).filter((file) => file.split("/").slice(1, -1).includes(name));
  return contentHash({ folder, sources });
};

const ignoredBy = (folder: string): ((file: string) => boolean) => {
  const file = join(folder, ".dockerignore");
  const rules = dockerignore().add(existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);
  return (path) => rules.ignores(path);
};

const skipped = new Set(["__pycache__", ".venv", "node_modules", ".git"]);

const filesBelow = (folder: string, source: string): string[] => {
  const stat = statSync(join(folder, source), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [source];
  return readdirSync(join(folder, source)).flatMap((name) =>
    skipped.has(name) ? [] : filesBelow(folder, `${source}/${name}`),
  );
};
