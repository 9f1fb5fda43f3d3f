import { useEffect, useState } from "preact/hooks";
import type { ActionState, Picture, Sample } from "../messages";
import type { Route } from "./route";

/** As many samples as the server keeps. */
const KEPT_SAMPLES = 900;

export type Live = {
  picture: Picture | undefined;
  samples: readonly Sample[];
  actions: readonly ActionState[];
  /** False while the server does not answer; the browser tries again by itself. */
  connected: boolean;
};

/** The data of every view. */
export type Shown = { live: Live; picture: Picture; route: Route };

/** The newest data of the server; it changes with every event. */
export const useLive = (): Live => {
  const [live, setLive] = useState<Live>({ picture: undefined, samples: [], actions: [], connected: false });
  useEffect(() => {
    const source = new EventSource("/events");
    const change = (of: (before: Live) => Partial<Live>): void => setLive((before) => ({ ...before, ...of(before) }));
    const on = <T>(event: string, of: (data: T, before: Live) => Partial<Live>): void =>
      source.addEventListener(event, ({ data }: MessageEvent<string>) =>
        change((before) => of(JSON.parse(data) as T, before)),
      );
    source.onopen = () => change(() => ({ connected: true }));
    source.onerror = () => change(() => ({ connected: false }));
    on<Picture>("picture", (picture) => ({ picture }));
    on<Sample[]>("history", (samples) => ({ samples }));
    on<Sample>("sample", (sample, { samples }) => ({ samples: [...samples, sample].slice(-KEPT_SAMPLES) }));
    on<ActionState>("action", (action, { actions }) => ({ actions: merged(actions, action) }));
    return () => source.close();
  }, []);
  return live;
};

const merged = (actions: readonly ActionState[], action: ActionState): ActionState[] =>
  actions.some(({ id }) => id === action.id)
    ? actions.map((other) => (other.id === action.id ? action : other))
    : [...actions, action];

/** The time, once a second, for what counts from it. */
export const useNow = (): number => {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
};
