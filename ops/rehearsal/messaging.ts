import type { Plan, PlannedDatastore } from "../../infra/plan/plan";
import { accessToken } from "../../rehearsal/access-token";
import { connectRun } from "../../infra/targets/gcp/google";
import { refuseWith } from "../../infra/problems";
import { resourceIn } from "../django/manage/deployed";
import { readState } from "../stack/checkpoint";
import { servicesOf } from "../stack/health";
import type { Session } from "../start/set-up";
import type { Place } from "./place";

/** The datastores that run and send messages, which are AWS's. */
export const messagesIn = ({ datastores }: Pick<Plan, "datastores">): PlannedDatastore[] =>
  [...datastores.values()].filter(({ engine, runs }) => runs && engine === "messaging");

const PAUSE_MS = 300;

/**
 * Makes topics and queues anew, by the jobs that made them first: LocalStack, in AWS's place, forgets them when it stops, and
 * the update has no reason to run a job again.
 */
export const remakeMessaging = async (of: { place: Place; session: Session; plan: Plan }): Promise<void> => {
  const { place, session, plan } = of;
  const state = readState(place.stack) ?? { resources: [], pending: [] };
  const runner = connectRun({ accessToken: accessToken(place.folder), env: session.env, pauseMs: PAUSE_MS });
  const jobs = [...plan.services.values()].filter(
    (service) => service.kind === "job" && service.rerunOn === "messaging",
  );
  for (const { system, name } of jobs) {
    const made = servicesOf(state).find((service) => service.system === system && service.service === name);
    if (made === undefined) continue;
    const job = resourceIn(state, { system, name, container: made.container }, place.stack.name);
    // No run of before counts.
    const failure = await runner.run({ job, label: "none", generation: "anew" });
    if (failure !== undefined)
      refuseWith({
        path: `${system}/${name}`,
        message: `it could not make its topics and queues anew: ${failure}`,
        cure: `./fleet rehearse --keep, then ./fleet logs ${system}/${name} --stack ${place.stack.name}`,
      });
  }
};
