import { existsSync } from "node:fs";
import path from "node:path";
import { curedBy } from "../../infra/cures";
import { REVIEW_BASE } from "../../infra/naming";
import { refuse, refuseWith, when, type Problem } from "../../infra/problems";
import type { Config } from "../../infra/settings/stack-file";
import { CHANGE_PORT, placeOf, recordedIn, type Place } from "../rehearsal/place";
import { imagesOf, openCloud } from "../rehearsal/open";
import { requireLoopback } from "../rehearsal/loopback";
import { rehearsedPlan, writeStack } from "../rehearsal/stack";
import { setUp, setUpCli, type Session } from "../start/set-up";
import { readConfig, withConfig } from "../stack/config-file";
import { writeWhenChanged } from "../stack/files";
import { committedStack, knownStacks } from "../stack/stack";
import { ensureMade, keyIn } from "./stack";

/** How many reviews there may be at once, where nobody has said. */
const REVIEWS = 2;
/** Beside a rehearsal and a change that were kept. */
export const REVIEW_PORT = CHANGE_PORT + 200;

/** The committed stack whose pull requests are reviewed. */
const REVIEWED = "prod";

/**
 * The team's own stack review-base: what is not written yet starts from prod's settings, but for its project and its secrets.
 * @throws ProblemsError where prod names no project for reviews
 */
export const openBase = async ({ key }: { key: string | undefined }): Promise<Session> => {
  const stack = committedStack(REVIEW_BASE);
  if (!existsSync(stack.configFile))
    writeWhenChanged(stack.configFile, withConfig({ text: "config:\n", config: firstConfig() }));
  ensureMade(await setUpCli(stack), key ?? keyIn(stack));
  return setUp({ stack, hideReady: true });
};

/** What reviews have of prod's: its place but for the project, and the sizes that it chose. */
const firstConfig = (): Config => {
  const { config } = readConfig(committedStack(REVIEWED).configFile);
  const { "fleet:reviewProject": project = "" } = config;
  if (project === "")
    refuseWith({
      path: "fleet:reviewProject",
      message: `is missing in ${REVIEWED}: reviews run in a project of their own; allowed: the id of an existing one, which holds nothing else`,
      cure: curedBy({ stack: REVIEWED, key: "fleet:reviewProject", value: "<project>" }).cure,
    });
  const { "gcp:region": region = "europe-west1", "fleet:systems": systems } = config;
  return {
    "fleet:target": "gcp",
    "gcp:project": project,
    "gcp:region": region,
    "fleet:network": "default",
    "fleet:reviews": String(REVIEWS),
    ...(systems && { "fleet:systems": systems }),
  };
};

type Rehearsing = {
  port: number;
  /** Its made-up project; without it that of before. */
  project: string | undefined;
  given: Config;
};

/** The stack review-base on a Google Cloud of this machine, which stays. */
export const rehearseBase = async ({
  port,
  project,
  given,
}: Rehearsing): Promise<{ place: Place; session: Session }> => {
  const place = placeOf({ name: REVIEW_BASE, port, project });
  refuse(projectProblems(place));
  const config: Config = { "fleet:reviews": String(REVIEWS), "fleet:alerts": "false", ...given };
  if (existsSync(committedStack(REVIEW_BASE).configFile))
    refuseWith({
      path: "--rehearsed",
      message: `this clone has a stack ${REVIEW_BASE} of its own (${path.basename(committedStack(REVIEW_BASE).configFile)}); allowed: where there is none`,
      cure: "git clone . ../reviews-rehearsed (then run this there, without the file)",
    });
  const plan = rehearsedPlan({ place, given: config });
  await requireLoopback();
  writeStack({ place, config });
  const session = await setUp({ stack: place.stack, create: true, images: imagesOf(plan) });
  await openCloud({ place, session, plan, keep: true });
  return { place, session };
};

/** All that a rehearsal makes is named for its project: it stays with that, and no other one's of this clone is the same. */
export const projectProblems = ({ folder, project, prefix }: Place): Problem[] => {
  const before = recordedIn(folder)?.projectId;
  const taken = knownStacks().find(
    (name) => name !== REVIEW_BASE && placeOf({ name, port: REVIEW_PORT }).prefix === prefix,
  );
  const path = `--project ${project}`;
  return [
    ...when(before !== undefined && before !== project, {
      path,
      message: `the rehearsed ${REVIEW_BASE} of this clone is in ${before}; allowed: that one, until it is taken away`,
      cure: `./fleet rehearse --destroy --stack ${REVIEW_BASE} (its reviews go with it), then run this again`,
    }),
    ...when(taken !== undefined, {
      path,
      message: `it is that of the rehearsal ${taken} of this clone; allowed: one that no rehearsal has`,
      cure: "./fleet review base --rehearsed --project fleet-my-reviews",
    }),
  ];
};
