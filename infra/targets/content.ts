import { createHash } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TrackedFile } from "./tracked";

type Content = { folder: string; files: readonly TrackedFile[]; also?: string };

/** A hash of names, modes and contents of files below `folder`. `also` joins the hash. */
export const contentHash = ({ folder, files, also = "" }: Content): string => {
  const hash = createHash("sha256").update(also);
  for (const { path, kind } of files)
    hash.update(`\0${path}\0${marks[kind]}\0`).update(contentOf(join(folder, path), kind));
  return hash.digest("hex");
};

const marks: Record<TrackedFile["kind"], string> = { file: "0", executable: String(0o111), link: "link" };

/** A link is where it leads to: what lies there is another file's content. */
const contentOf = (path: string, kind: TrackedFile["kind"]): Buffer | string =>
  kind === "link" ? readlinkSync(path) : readFileSync(path);

/**
 * A hash of every file below a service's folder that lies in a folder of the given name, for example `migrations`. It reads
 * the disk and not git: a job applies what is mounted into it.
 */
export const namedFolderHash = ({ folder, service, name }: Record<"folder" | "service" | "name", string>): string => {
  const paths = filesBelow(folder, service).filter((file) => file.split("/").slice(1, -1).includes(name));
  const files = paths.sort().map((path): TrackedFile => ({ path, kind: kindOf(join(folder, path)) }));
  return contentHash({ folder, files });
};

const kindOf = (path: string): TrackedFile["kind"] => (statSync(path).mode & 0o111 ? "executable" : "file");

const skipped = new Set(["__pycache__", ".venv", "node_modules", ".git"]);

const filesBelow = (folder: string, source: string): string[] => {
  const stat = statSync(join(folder, source), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [source];
  return readdirSync(join(folder, source)).flatMap((name) =>
    skipped.has(name) ? [] : filesBelow(folder, `${source}/${name}`),
  );
};
