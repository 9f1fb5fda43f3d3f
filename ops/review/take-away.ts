import type { PublishedPlan, PublishedService } from "../../infra/plan/published";
import { redisOfSlot } from "../../infra/plan/review";
import { GoogleError } from "../../infra/targets/gcp/google";
import { runInCloud } from "../django/manage/cloud";
import { resourceIn } from "../django/manage/deployed";
import { connectGoogle, type Deployed, type Google } from "../django/manage/google";
import { configValue } from "../rotation/pulumi";
import type { Session } from "../start/set-up";
import type { State } from "../stack/checkpoint";
import { readPublished } from "../stack/published";
import type { Report } from "../terminal/phase";
import { wasInterrupted } from "../terminal/processes";

export const PAUSE_MS = 1000;

type Leaving = { session: Session; state: State; report: Report };

/**
 * Takes away what jobs of a review have made outside of its stack, such as topics and queues. What was never made has left nothing.
 * Resolves to what could not be taken away.
 */
export const takeAway = async (of: Leaving & { isInterrupted?: () => boolean }): Promise<string[]> => {
  const { isInterrupted = wasInterrupted } = of;
  const steps = planOf(of).services.flatMap((service) =>
    service.takesAway === undefined ? [] : [{ service, words: service.takesAway }],
  );
  const failed: string[] = [];
  for (const { service, words } of steps) {
    if (isInterrupted()) break;
    if (!isMade(of.state, service)) continue;
    const why = await run({ ...of, service, words });
    if (why !== undefined)
      failed.push(`${service.id}: ${words.join(" ")} failed, and what it takes away stays: ${why}`);
  }
  return failed;
};

/** Empties databases of Redis, by their numbers. */
const emptyDatabases = (numbers: readonly number[]): string => `
import os, redis
addresses = [value for value in os.environ.values() if value.startswith(("redis://", "rediss://"))]
client = redis.from_url(addresses[0], single_connection_client=True)
for number in ${JSON.stringify(numbers)}:
    client.execute_command("SELECT", number)
    client.flushdb()
print("the Redis databases ${numbers[0]} to ${numbers.at(-1)} are empty")
`;

/**
 * Empties all Redis databases of a review's slot, by a service that uses Redis: nobody else reaches the server. Resolves to why they
 * could not be emptied; without such a service there is nothing to empty.
 */
export const emptyRedis = async (of: Leaving & { slot: number; reviews: number }): Promise<string | undefined> => {
  const { services, datastores } = planOf(of);
  const redis = datastores.filter(({ engine }) => engine === "redis").map(({ id }) => id);
  const google = connect(of.session);
  const program = emptyDatabases(redisOfSlot({ reviews: of.reviews, reviewSlot: of.slot }));
  for (const service of services) {
    if (service.kind !== "web" || !service.needs.some((need) => redis.includes(need))) continue;
    if (!isMade(of.state, service) || !(await hasServed(google, resourceOf(of, service)))) continue;
    return run({ ...of, service, words: ["shell", "--verbosity", "0", "--command", program] });
  }
  return undefined;
};

/** Only what was ready once has an image that works. */
const hasServed = async (google: Google, resource: string): Promise<boolean> => {
  try {
    return (await google.get<Deployed>(resource)).latestReadyRevision !== undefined;
  } catch (error) {
    if (error instanceof GoogleError && error.status === 404) return false;
    throw error;
  }
};

const planOf = ({ session, state }: Leaving): PublishedPlan => readPublished({ stack: session.stack.name, state }).plan;

const isMade = ({ resources }: State, { container }: PublishedService): boolean =>
  resources.some(({ outputs }) => outputs?.["name"] === container);

const resourceOf = ({ session, state }: Leaving, service: PublishedService): string =>
  resourceIn(state, service, session.stack.name);

const connect = (session: Session): Google =>
  connectGoogle({ accessToken: configValue(session, "gcp:accessToken"), env: session.env, pauseMs: PAUSE_MS });

/** Runs a management command as a job of a service. Resolves to why it failed. */
const run = async (
  of: Leaving & { service: PublishedService; words: readonly string[] },
): Promise<string | undefined> => {
  const { session, service, words, report } = of;
  const { id, system, name } = service;
  try {
    const { exitCode, failure } = await runInCloud({
      ...{ google: connect(session), stack: session.stack.name, words, report },
      service: { system, name, resource: resourceOf(of, service) },
      show: (line) => report(`${id}: ${line}`),
    });
    return exitCode === 0 ? undefined : (failure ?? `exit code ${exitCode}`);
  } catch (error) {
    return (error as Error).message;
  }
};
