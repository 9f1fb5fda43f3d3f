import type { Access } from "../../demo/client";
import { TOKEN_SCRIPT, tokenIn } from "../../demo/token";
import { walk, type Walked } from "../../demo/walk";
import { connectGoogle, type Google } from "../django/manage/google";
import { runScript } from "../django/manage/script";
import { authorized, accessToken } from "../../rehearsal/access-token";
import { readState, type State } from "../stack/checkpoint";
import { servicesOf, type Service } from "../stack/health";
import { reachable } from "../stack/reachable";
import type { Session } from "../start/set-up";
import type { Place } from "./place";

type Walking = { place: Place; session: Session; print: (line: string) => void };

/** The services of a rehearsed stack, and how the person who deployed gets to them; each service's token is made once. */
export const walkedIn = ({ place, session, state }: { place: Place; session: Session; state: State }): Walked => {
  const google = connectGoogle({ accessToken: accessToken(place.folder), env: session.env, pauseMs: PAUSE_MS });
  const tokens = new Map<string, Promise<string>>();
  return {
    services: servicesOf(state),
    accessTo: (service) => accessTo(place, service),
    tokenOf: (service) => {
      const known = tokens.get(service.container) ?? tokenOf({ place, state, google, service });
      tokens.set(service.container, known);
      return known;
    },
  };
};

/** The same walk as in dev, as the person who deployed: the services ask for an identity token. Resolves to the failures. */
export const walkRehearsed = async ({ place, session, print }: Walking): Promise<number> => {
  const state = readState(place.stack) ?? { resources: [], pending: [] };
  const { steps, failures } = await walk({ print, ...walkedIn({ place, session, state }) });
  print(`\n${steps} steps, ${failures} failed`);
  return failures;
};

const PAUSE_MS = 300;

const accessTo = async ({ port, folder }: Place, { url = "" }: Service): Promise<Access> => {
  const asked = `http://127.0.0.1:${port}/_rehearsal/token?audience=${encodeURIComponent(url)}`;
  const answer = await fetch(asked, { headers: authorized(folder) });
  return { url: reachable(url), identity: ((await answer.json()) as { token: string }).token };
};

type Asking = { place: Place; state: State; google: Google; service: Service };

/** As any management command of prod: by a job of the service's own. */
const tokenOf = async ({ place, state, google, service }: Asking): Promise<string> => {
  const { output } = await runScript({ google, stack: place.stack.name, state, service, program: TOKEN_SCRIPT });
  return tokenIn(output, `${service.system}/${service.service}`);
};
