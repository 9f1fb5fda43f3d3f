import { existsSync, statfsSync } from "node:fs";
import path from "node:path";
import { refuseWith, type Problem } from "../../infra/problems";

const GIB = 1024 ** 3;

type Space = { folder: string; neededGiB: number; what: string };

/** Free space that a step needs where it writes. */
export const diskProblem = (of: Space & { freeGiB: number }): Problem | undefined =>
  of.freeGiB >= of.neededGiB
    ? undefined
    : {
        path: of.folder,
        message: `${of.freeGiB.toFixed(1)} GiB free on its disk, ${of.what} needs ${of.neededGiB} GiB`,
        cure: "make room, for example with: docker system prune (it keeps volumes), then run this again",
      };

export const freeGiB = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return (bavail * bsize) / GIB;
};

export const requireDisk = ({ folder, neededGiB, what }: Space): void => {
  const problem = diskProblem({ folder, freeGiB: freeGiB(existing(folder)), neededGiB, what });
  if (problem) refuseWith(problem);
};

const existing = (folder: string): string => (existsSync(folder) ? folder : existing(path.dirname(folder)));
