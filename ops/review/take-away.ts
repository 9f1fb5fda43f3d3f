import type { PublishedPlan, PublishedService } from "../../infra/plan/published";
import { runInCloud } from "../django/manage/cloud";
import { resourceIn } from "../django/manage/deployed";
import { connectGoogle } from "../django/manage/google";
import { configValue } from "../rotation/pulumi";
import type { Session } from "../start/set-up";
import type { State } from "../stack/checkpoint";
import { readPublished } from "../stack/published";
import type { Report } from "../terminal/phase";

const PAUSE_MS = 1000;

/** Empties the Redis databases that a service's environment names, so that the next review with this slot meets nothing. */
const EMPTY_REDIS = `
import os, redis
for address in sorted({value for value in os.environ.values() if value.startswith(("redis://", "rediss://"))}):
    redis.from_url(address).flushdb()
print("its Redis databases are empty")
`;

type Step = { service: PublishedService; what: string; words: string[] };

/**
 * Takes away what a review has left outside of its stack: topics and queues, and what is in its Redis databases. Each step runs as
 * a job of a service that is there; what was never made has left nothing. Resolves to the steps that failed.
 */
export const takeAway = async (of: { session: Session; state: State; report: Report }): Promise<string[]> => {
  const { session, state, report } = of;
  const { name: stack } = session.stack;
  const accessToken = configValue(session, "gcp:accessToken");
  const google = connectGoogle({ accessToken, env: session.env, pauseMs: PAUSE_MS });
  const isMade = ({ container }: PublishedService): boolean =>
    state.resources.some(({ outputs }) => outputs?.["name"] === container);
  const failed: string[] = [];
  for (const { service, what, words } of stepsOf(readPublished({ stack, state }).plan)) {
    if (!isMade(service)) continue;
    const { id, system, name } = service;
    report(`${id}: ${what}`);
    const { exitCode, failure } = await runInCloud({
      ...{ google, stack, words, report },
      service: { system, name, resource: resourceIn(state, service, stack) },
      show: (line) => report(`${id}: ${line}`),
    });
    if (exitCode !== 0) failed.push(`${id}: ${what} failed: ${failure ?? `exit code ${exitCode}`}`);
  }
  return failed;
};

const stepsOf = ({ services, datastores }: PublishedPlan): Step[] => {
  const redis = datastores.filter(({ engine }) => engine === "redis").map(({ id }) => id);
  const webs = services.filter(({ kind, needs }) => kind === "web" && needs.some((need) => redis.includes(need)));
  return [
    ...services.flatMap((service) =>
      service.takesAway === undefined ? [] : [{ service, what: service.takesAway.join(" "), words: service.takesAway }],
    ),
    ...webs.map((service) => ({
      ...{ service, what: "empty Redis" },
      words: ["shell", "--verbosity", "0", "--command", EMPTY_REDIS],
    })),
  ];
};
