import { setTimeout as sleep } from "node:timers/promises";
import type { Asked } from "../../demo/client";
import { Story } from "../../demo/story";
import { TOKEN_SCRIPT, tokenIn } from "../../demo/token";
import { chaptersOf, type Walked } from "../../demo/walk";
import { LIMITED } from "../change/traffic";
import { connectGoogle } from "../django/manage/google";
import { runScript } from "../django/manage/script";
import { identityFor } from "../rotation/health";
import type { State } from "../stack/checkpoint";
import { servicesOf, type Service } from "../stack/health";
import { fetchByName } from "../stack/reachable";
import type { Trial } from "./trial";

type Walking = {
  stack: string;
  state: State;
  trials: readonly Trial[];
  env: NodeJS.ProcessEnv;
  accessToken: string | undefined;
  pauseMs: number;
};

/**
 * Goes through the demo's sessions of the systems on trial, with their new revisions alone, and writes test data. Resolves to the
 * steps that failed. A session that a service's own limit cut off is gone through again once the limit allows it.
 */
export const walkTrials = async (of: Walking): Promise<string[]> => {
  const systems = new Set(of.trials.map(({ id }) => id.split("/")[0]));
  const tokens = new Map<string, Promise<string>>();
  const limit = { seconds: 0 };
  const watch = ({ status, retryAfter = 0 }: Asked): void => {
    if (status === LIMITED) limit.seconds = Math.max(limit.seconds, retryAfter);
  };
  const walked: Walked = {
    services: servicesOf(of.state),
    accessTo: async (service) => {
      const trial = of.trials.find(({ id }) => id === idOf(service));
      const { url = "" } = service;
      const identity = await identityFor(trial?.uri ?? url, of.env);
      return { url: trial?.at.fresh ?? url, fetch: fetchByName, watch, ...(identity !== undefined && { identity }) };
    },
    tokenOf: (service) => {
      const token = tokens.get(idOf(service)) ?? tokenOf({ ...of, service });
      tokens.set(idOf(service), token);
      return token;
    },
  };
  const failed: string[] = [];
  for (const { title, system, walk } of chaptersOf(walked).filter((chapter) => systems.has(chapter.system)))
    for (let again = true; again; await sleep(limit.seconds * 1000)) {
      limit.seconds = 0;
      const story = new Story(() => undefined);
      await story.chapter(title, walk);
      again = limit.seconds > 0;
      if (!again) failed.push(...story.failed.map(({ did, why }) => `${system}: "${did}" failed: ${why}`));
    }
  return failed;
};

const idOf = ({ system, service }: Service): string => `${system}/${service}`;

/** As any management command of prod: by a job of the service's own. */
const tokenOf = async (of: Walking & { service: Service }): Promise<string> => {
  const { stack, state, service, ...access } = of;
  const { output } = await runScript({ google: connectGoogle(access), stack, state, service, program: TOKEN_SCRIPT });
  return tokenIn(output, idOf(service));
};
