import { until } from "../../docker/wait";
import { identityFor } from "../rotation/health";
import { fetchByName } from "../stack/reachable";
import type { Trial } from "./trial";

/** Every service's readiness, which tries its databases (services/chassis/chassis/health.py). */
const READY_PATH = "/ready/";
const PATIENCE_MS = 60_000;
const PAUSE_MS = 1000;
const TIMEOUT_MS = 30_000;
/** Requests at a time, for each revision: below what one instance takes. */
const AT_A_TIME = 4;

type Headers = Record<string, string>;
type Answer = { status: number; text: string };

/** Asks at the address of a tag; the identity is for the service's own address, as Cloud Run wants it. */
const ask = async (base: string, path: string, headers: Headers): Promise<Answer> => {
  const init: RequestInit = { headers, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) };
  return fetchByName(new URL(path, base), init).then(
    async (answer) => ({ status: answer.status, text: (await answer.text()).slice(0, 200) }),
    ({ message }: Error) => ({ status: 0, text: message }),
  );
};

const headersFor = async ({ uri }: Trial, env: NodeJS.ProcessEnv): Promise<Headers> => {
  const token = await identityFor(uri, env);
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
};

/** The requests that change nothing: whether it works with its databases, whether it works, its first page. */
const pathsOf = ({ healthPath }: Trial): string[] => [READY_PATH, healthPath, "/"];

/**
 * Asks the new revision alone whether it works, before anybody else is sent to it. Resolves to what is wrong; nothing is where
 * every answer is what it has to be.
 */
export const smoke = async (of: { trial: Trial; env: NodeJS.ProcessEnv; patienceMs?: number }): Promise<string[]> => {
  const { trial, env, patienceMs = PATIENCE_MS } = of;
  const headers = await headersFor(trial, env);
  const wrong: string[] = [];
  for (const path of pathsOf(trial)) {
    // A database that is asked for the first time may take a moment; what is closed stays so.
    const { status, text } = await until({
      ask: () => ask(trial.at.fresh, path, headers),
      ends: (answer) => isRight(path, answer) || isClosed(answer) || answer.status === 404,
      ...{ everyMs: PAUSE_MS, patienceMs: path === READY_PATH ? patienceMs : 0 },
    });
    if (isClosed({ status }))
      return [`${trial.id}: nobody could ask it (${status}): run this as an account with roles/run.invoker`];
    // A service that was adopted may have no such page.
    if (status === 404 && (await ask(trial.at.stable, path, headers)).status === 404) continue;
    if (!isRight(path, { status })) wrong.push(`${trial.id}: ${path} answered ${status || "nothing"}: ${text}`);
  }
  return wrong;
};

const isClosed = ({ status }: Pick<Answer, "status">): boolean => status === 401 || status === 403;

/** A service need not have a first page. */
const isRight = (path: string, { status }: Pick<Answer, "status">): boolean =>
  path === "/" ? status > 0 && status < 500 : status === 200;

/** Sends both revisions of each service as many requests that change nothing, side by side. */
export const supply = async (of: {
  trials: readonly Trial[];
  count: number;
  env: NodeJS.ProcessEnv;
}): Promise<void> => {
  await Promise.all(
    of.trials.map(async (trial) => {
      const headers = await headersFor(trial, of.env);
      const paths = pathsOf(trial);
      await Promise.all(
        [trial.at.fresh, trial.at.stable].flatMap((base) =>
          Array.from({ length: AT_A_TIME }, async (_, worker) => {
            for (let index = worker; index < of.count; index += AT_A_TIME)
              await ask(base, paths[index % paths.length] ?? READY_PATH, headers);
          }),
        ),
      );
    }),
  );
};
