import type { Part, Status } from "../messages";

export type Mood = "good" | "busy" | "bad" | "idle";

/** The meaning of a status: it is fine, will be soon, needs a look, or says nothing. */
const MOODS: Record<Status, Mood> = {
  healthy: "good",
  running: "good",
  done: "good",
  starting: "busy",
  restarting: "busy",
  unhealthy: "bad",
  stopped: "bad",
  gone: "bad",
  failed: "bad",
  elsewhere: "idle",
  idle: "idle",
};

export const moodOf = ({ status }: Pick<Part, "status">): Mood => MOODS[status];

/** The worst mood of the parts. */
export const worstOf = (parts: readonly Part[]): Mood => {
  const moods = parts.map(moodOf);
  return moods.includes("bad") ? "bad" : moods.includes("busy") ? "busy" : "good";
};

/** A mark that differs in shape as well as in colour. */
export const Mark = ({ mood }: { mood: Mood }) => (
  <svg class={`mark ${mood}`} viewBox="0 0 16 16" aria-hidden="true">
    {mood === "good" && <path d="M3.500 8.500 6.600 11.500 12.500 4.800" />}
    {mood === "busy" && <path d="M8 3.200a4.800 4.800 0 1 1-4.800 4.800" />}
    {mood === "bad" && <path d="M4.500 4.500l7 7m0-7-7 7" />}
    {mood === "idle" && <path d="M4 8h8" />}
  </svg>
);

export const StatusText = ({ part }: { part: Part }) => (
  <span class={`status ${moodOf(part)}`}>
    <Mark mood={moodOf(part)} />
    {part.status}
    {part.detail !== undefined && (
      <span class="detail" title={part.detail}>
        {part.detail}
      </span>
    )}
  </span>
);
