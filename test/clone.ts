import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

/** What a listing leaves out: packages, history, and the compiled program, which every command may write anew. */
const LEFT_OUT = ["node_modules", ".git", ".fleet/build"];

/** Size and time of the last change of every file, and the folders, by path. */
export type Listing = ReadonlyMap<string, string>;

/**
 * The project as a fresh clone of it, in a folder of its own: no stack, no state, the packages of this one. A test that
 * says that nothing was made looks at all of it, whatever else runs on this machine.
 */
export class Clone {
  readonly folder: string;

  /** In `parent`, by default the folder of what may be cleaned away at any time. */
  constructor({ parent = tmpdir() }: { parent?: string } = {}) {
    this.folder = mkdtempSync(join(parent, "fleet-clone-"));
    cpSync(resolve("."), this.folder, {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => ![...LEFT_OUT, ".fleet"].includes(relative(resolve("."), path)),
    });
    mkdirSync(join(this.folder, ".fleet"));
    // One link for each package: an `npm ci` in the copy would empty a folder that is linked as a whole.
    mkdirSync(join(this.folder, "node_modules"));
    for (const name of readdirSync("node_modules"))
      symlinkSync(resolve("node_modules", name), join(this.folder, "node_modules", name));
  }

  /** Runs a command of it. */
  fleet(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(this.folder, "ops/fleet.cjs"), ...args], {
      encoding: "utf8",
      env: { ...process.env, ...env },
    });
    return { status, stdout, stderr };
  }

  listing(): Listing {
    return new Map(this.#below("."));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #below(folder: string): [string, string][] {
    return readdirSync(join(this.folder, folder), { withFileTypes: true }).flatMap((entry): [string, string][] => {
      const path = join(folder, entry.name);
      if (LEFT_OUT.includes(path)) return [];
      if (entry.isDirectory()) return [[path, "folder"], ...this.#below(path)];
      const { size, mtimeMs } = statSync(join(this.folder, path));
      return [[path, `${size} bytes, ${mtimeMs} ms`]];
    });
  }
}

/** The paths that one listing has and the other has not, or has otherwise. */
export const changesBetween = (before: Listing, after: Listing): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
