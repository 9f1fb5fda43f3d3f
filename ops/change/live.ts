import { rmSync } from "node:fs";
import type { ChangeStep } from "../../dashboard/cloud/messages";
import { liveFile } from "../../dashboard/cloud/place";
import { writeWhenChanged } from "../stack/files";
import type { Place } from "../rehearsal/place";
import { WORDS } from "./markdown";
import { failuresIn, PHASES, type Phase, type Traffic } from "./traffic";
import type { Verdict, Verdicts } from "./verdict";

const EVERY_MS = 1000;

type Seen = { phase: Phase; traffic: () => Traffic[] };

/** Keeps a file for the dashboard of what clients meet, every second until `stop`. */
export const tellLive = ({ place, seen }: { place: Place; seen: Seen }): { stop: () => void } => {
  const write = (): void => put(place, stepsOf({ now: seen.phase, traffic: seen.traffic() }));
  write();
  const timer = setInterval(write, EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      put(place, stepsOf({ now: undefined, traffic: seen.traffic() }));
    },
  };
};

/** Adds the verdicts to what was told. */
export const tellVerdicts = (of: { place: Place; traffic: readonly Traffic[]; verdicts: Verdicts }): void =>
  put(of.place, [...verdictSteps(of.verdicts), ...stepsOf({ now: undefined, traffic: of.traffic })]);

/** A rehearsal that begins shows nothing of the one before. */
export const forgetLive = ({ stack }: Place): void => rmSync(liveFile(stack), { force: true });

const put = ({ stack }: Place, steps: ChangeStep[]): void =>
  void writeWhenChanged(liveFile(stack), `${JSON.stringify(steps)}\n`);

/** Each phase in its order: what it met, or that it is to come. `now` is the one in which clients are at work. */
export const stepsOf = (of: { now: Phase | undefined; traffic: readonly Traffic[] }): ChangeStep[] => {
  const reached = of.now === undefined ? PHASES.length : PHASES.indexOf(of.now);
  return PHASES.map((title, index) => {
    const own = of.traffic.filter(({ phase }) => phase === title);
    const lines = own.map(
      ({ service, asked, failed, p95Ms }) =>
        `${service}: ${asked} requests, ${failuresIn({ failed })} failed, 95 % within ${p95Ms} ms`,
    );
    return { title, state: stateOf({ own, isNow: title === of.now, isToCome: index > reached }), lines };
  });
};

type InPhase = { own: readonly Traffic[]; isNow: boolean; isToCome: boolean };

const stateOf = ({ own, isNow, isToCome }: InPhase): ChangeStep["state"] => {
  const failed = own.reduce((sum, each) => sum + failuresIn(each), 0);
  if (failed > 0) return { mood: "bad", word: `${failed} requests failed` };
  if (isNow) return { mood: "busy", word: "now" };
  if (isToCome || own.length === 0) return { mood: "idle", word: isToCome ? "to come" : "nobody asked" };
  return { mood: "good", word: "no request failed" };
};

const MOODS = { safe: "good", unsafe: "bad", window: "bad", "not judged": "idle" } as const;

const verdictSteps = ({ rollOut, goBack }: Verdicts): ChangeStep[] =>
  [
    ["to roll out", rollOut],
    ["to go back", goBack],
  ].map(([title, verdict]) => {
    const { verdict: is, why } = verdict as Verdict;
    return { title: title as string, state: { mood: MOODS[is], word: WORDS[is] }, lines: why };
  });
