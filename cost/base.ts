import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import type { CloudPlan } from "../infra/plan/plan";
import { inFleet } from "../ops/stack/files";
import { runCaptured } from "../ops/terminal/processes";
import type * as ownWanted from "../stacks/wanted";

/** Another revision's plan, or why there is none. */
export type BasePlan = { commit: string; plan: CloudPlan } | { unavailable: string };

/**
 * The plan that the stack has on a base branch: that revision's own catalogue and settings, compiled beside ours. Nothing
 * is checked out, no package is installed; today's prices then say what it costs.
 */
export const basePlan = async ({ base, stack }: { base: string; stack: string }): Promise<BasePlan> => {
  const commit = git("merge-base", base, "HEAD");
  if (commit === undefined) return { unavailable: `git knows no common ancestor of ${base} and HEAD` };
  const folder = mkdtempSync(path.join(os.tmpdir(), "fleet-base-"));
  try {
    const missing = unpack({ commit, folder });
    if (missing !== undefined) return { unavailable: missing };
    const { wantedPlan } = await compiled(folder);
    const configFile = path.join(folder, `Pulumi.${stack}.yaml`);
    if (!existsSync(configFile)) return { unavailable: `it has no stack ${stack}` };
    return { commit, plan: wantedPlan({ stack, configFile, madeUp: true }) as CloudPlan };
  } catch (error) {
    return { unavailable: `its plan could not be made: ${(error as Error).message.split("\n").slice(0, 4).join(" ")}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const git = (...args: string[]): string | undefined => {
  const { ok, stdout } = runCaptured({ command: "git", args });
  return ok ? stdout.trim() : undefined;
};

/** The files of a commit that a plan is made from; a message where it has none. */
const unpack = ({ commit, folder }: { commit: string; folder: string }): string | undefined => {
  if (git("cat-file", "-e", `${commit}:${ENTRY}`) === undefined) return `it cannot tell its plan (${ENTRY} came later)`;
  const archive = path.join(folder, "base.tar");
  const packed = git("archive", "--output", archive, commit);
  const unpacked = packed !== undefined && runCaptured({ command: "tar", args: ["-xf", archive, "-C", folder] }).ok;
  return unpacked ? undefined : "its files could not be unpacked";
};

/** A revision of before that keeps its plan elsewhere is not compared. */
const ENTRY = "stacks/wanted.ts";

/** That revision's wantedPlan, with the packages that are installed here. */
const compiled = async (folder: string): Promise<typeof ownWanted> => {
  const { build } = await import("esbuild");
  const outfile = inFleet("build", `base-plan-${process.pid}.cjs`);
  try {
    await build({
      ...{ entryPoints: [path.join(folder, ENTRY)], outfile, bundle: true, platform: "node", logLevel: "silent" },
      external: ["@pulumi/*"],
      nodePaths: [path.resolve("node_modules")],
    });
    return createRequire(outfile)(outfile) as typeof ownWanted;
  } finally {
    rmSync(outfile, { force: true });
  }
};
