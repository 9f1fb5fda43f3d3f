import type { Limits } from "../catalogue/vocabulary";
import { when, type Problem } from "../problems";
import type { CloudPlan } from "./plan";

/** Whole CPUs of a container, and the memory that goes with so many. */
type Size = { cpus: number; leastMib: number; mostMib: number };

/**
 * What Cloud Run offers to what serves several requests at once, and to jobs and pools (2026-11-28):
 * https://cloud.google.com/run/docs/configuring/services/cpu and .../services/memory-limits
 */
const SIZES: readonly Size[] = [
  { cpus: 1, leastMib: 512, mostMib: 4096 },
  { cpus: 2, leastMib: 512, mostMib: 8192 },
  { cpus: 4, leastMib: 2048, mostMib: 16_384 },
  { cpus: 6, leastMib: 4096, mostMib: 24_576 },
  { cpus: 8, leastMib: 4096, mostMib: 32_768 },
];

/** A container's limits in the cloud: at least what it offers, whole CPUs of those that there are. */
export const cloudLimits = ({ cpu, memory }: Limits): { cpus: number; mib: number } => ({
  cpus: SIZES.find(({ cpus }) => cpus >= cpu)?.cpus ?? Math.ceil(cpu),
  mib: Math.max(512, Number.parseInt(memory, 10)),
});

/** Refuses limits of services that Cloud Run does not have. */
export const sizeProblems = ({ services }: Pick<CloudPlan, "services">): Problem[] =>
  [...services.values()].flatMap(({ id, limits }) => {
    const { cpus, mib } = cloudLimits(limits);
    const size = SIZES.find((each) => each.cpus === cpus);
    if (size === undefined) return [];
    const { leastMib, mostMib } = size;
    const fits = SIZES.find((each) => each.cpus >= cpus && mib <= each.mostMib && mib >= each.leastMib);
    return when(mib < leastMib || mib > mostMib, {
      path: `${id}.limits.memory`,
      message: `${mib}Mi does not go with ${cpus} CPU in the cloud; allowed: ${leastMib}Mi to ${mostMib}Mi`,
      cure:
        mib < leastMib
          ? `write at least ${leastMib}Mi, or fewer CPUs`
          : `write at most ${mostMib}Mi${fits ? `, or cpu: ${fits.cpus}` : ""}`,
    });
  });
