import * as pulumi from "@pulumi/pulumi";
import { RECORD_TYPE } from "../../plan/published";
import { isHeld, RELEASES, ROLL_OUT_VARIABLE, rollOutSchema, trafficOf } from "../../plan/roll-out";
import type { Release, RollOut, Target } from "../../plan/roll-out";
import { refuseWith, when, type Problem } from "../../problems";

/** What `./fleet deploy` asks of this update; undefined where a plain one runs. @throws ProblemsError where it cannot be read */
export const rollOutIn = (env: NodeJS.ProcessEnv): RollOut | undefined => {
  const text = env[ROLL_OUT_VARIABLE];
  if (text === undefined || text === "") return undefined;
  const { success, data } = rollOutSchema.safeParse(jsonIn(text));
  if (success) return data;
  return refuseWith({
    path: ROLL_OUT_VARIABLE,
    message: "is no step of a roll-out, which ./fleet deploy alone asks for",
    cure: `unset ${ROLL_OUT_VARIABLE}`,
  });
};

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

type Traffics = ReadonlyMap<string, readonly Target[]>;

type Judging = { stack: string; traffics: Traffics; rollOut: RollOut | undefined; isPreview: boolean };

/**
 * A plain update while a revision of before is kept: it would end a trial that nobody has judged, or bring back what was
 * taken back. A preview shows what is, and so is not refused.
 */
export const heldProblems = ({ stack, traffics, rollOut, isPreview }: Judging): Problem[] => {
  const held = [...traffics].filter(([, targets]) => isHeld(targets)).map(([name]) => name);
  return when(!isPreview && rollOut === undefined && held.length > 0, {
    path: `stack ${stack}`,
    message: `a roll-out is not over, or was taken back: revisions of before are kept for ${held.join(", ")}`,
    cure: `./fleet deploy ${stack} (judges what is new, and ends it), or ./fleet rollback ${stack}; without a judgement: ./fleet deploy ${stack} --at-once`,
  });
};

/** How the revisions of a web service share its requests: as a roll-out asks, or as they do now. */
export const trafficsOf = (of: {
  id: string;
  name: string;
  traffics: Traffics;
  rollOut: RollOut | undefined;
}): readonly Target[] => {
  const { id, name, traffics, rollOut } = of;
  if (rollOut !== undefined) return trafficOf(rollOut.holds[id]);
  const kept = traffics.get(name) ?? [];
  return isHeld(kept) ? kept : trafficOf();
};

/** The releases in the stack's state: a resource without a thing behind it. */
class Releases extends pulumi.ComponentResource {
  constructor(releases: readonly Release[]) {
    super(RECORD_TYPE, RELEASES, { releases });
    this.registerOutputs({ releases });
  }
}

/** Records the releases with the stack, as a roll-out says them or as they were. */
export const recordReleases = (releases: readonly Release[]): void => {
  if (releases.length > 0) new Releases(releases);
};
