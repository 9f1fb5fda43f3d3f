import type { FailedStep } from "./sessions";
import { failuresIn, type Phase, type Traffic } from "./traffic";
import type { Mishap } from "./watch-instances";

/** What clients and instances met. */
export type Seen = { traffic: readonly Traffic[]; failedSteps: readonly FailedStep[]; mishaps: readonly Mishap[] };

/** A phase in words. */
export const IN_PHASE: Record<Phase, string> = {
  before: "before",
  update: "while it was rolled out",
  after: "once it was rolled out",
  "going back": "while the traffic was given back",
  back: "when the revisions of before served again, on the databases of after",
  "base again": "while the base was applied again",
};

/** What went wrong for clients in some phases; what the base itself does not do is the branch's own, and no fault while old code serves. */
export const requestsOf = ({ traffic, failedSteps, mishaps }: Seen, phases: readonly Phase[]): string[] => {
  const failedBefore = new Set(failedSteps.filter(({ phase }) => phase === "before").map(stepOf));
  return phases.flatMap((phase) => [
    ...traffic
      .filter((each) => each.phase === phase)
      .flatMap(({ service, asked, failed }) => {
        const count = failuresIn({ failed });
        const kinds = Object.entries(failed).map(([what, times]) => `${what} (${times})`);
        return count === 0
          ? []
          : [`${service}: ${count} of ${asked} requests failed ${IN_PHASE[phase]}: ${kinds.join("; ")}`];
      }),
    ...newMishaps({ mishaps, phase }),
    ...eachOnce(
      failedSteps.filter((step) => step.phase === phase && (phase === "after" || !failedBefore.has(stepOf(step)))),
    ),
  ]);
};

/** While the traffic is given back the new code still answers some: what it did wrong before is none of the way back's. */
export const newSince = (seen: Seen): Seen => {
  const isEarlier = ({ phase }: { phase: Phase }): boolean => phase === "update" || phase === "after";
  const kinds = seen.traffic
    .filter(isEarlier)
    .flatMap(({ service, failed }) => Object.keys(failed).map((what) => `${service} ${what}`));
  const steps = seen.failedSteps.filter(isEarlier).map(stepOf);
  const mishaps = seen.mishaps.filter(isEarlier).map(({ of, what }) => `${of} ${what}`);
  return {
    traffic: seen.traffic.map((each) => ({
      ...each,
      failed: Object.fromEntries(
        Object.entries(each.failed).filter(([what]) => !kinds.includes(`${each.service} ${what}`)),
      ),
    })),
    failedSteps: seen.failedSteps.filter((step) => !steps.includes(stepOf(step))),
    mishaps: seen.mishaps.filter(({ of, what }) => !mishaps.includes(`${of} ${what}`)),
  };
};

/** What happened in instances, each kind once; what happens to the base as well is no news. */
const newMishaps = ({ mishaps, phase }: Pick<Seen, "mishaps"> & { phase: Phase }): string[] => {
  const told = ({ of, what }: Mishap): string => `${of}: ${what}`;
  const known = new Set(mishaps.filter((each) => each.phase === "before").map(told));
  const fresh = mishaps.filter((each) => each.phase === phase && !known.has(told(each)));
  return [...new Set(fresh.map(told))].map((what) => {
    const times = fresh.filter((each) => told(each) === what).length;
    return `${what} (${IN_PHASE[phase]}${times === 1 ? "" : `, ${times} times`})`;
  });
};

const stepOf = ({ system, did }: FailedStep): string => `${system} ${did}`;

/** Each step that failed in a phase, with its first reason and how often. */
const eachOnce = (steps: readonly FailedStep[]): string[] =>
  [...new Set(steps.map(stepOf))].flatMap((name) => {
    const own = steps.filter((step) => stepOf(step) === name);
    const [first] = own;
    if (first === undefined) return [];
    const times = own.length === 1 ? "" : ` ${own.length} times`;
    return [`${first.system}: "${first.did}" failed${times} ${IN_PHASE[first.phase]}: ${first.why}`];
  });
