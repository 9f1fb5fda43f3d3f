import type { ComponentChildren } from "preact";
import type { Instance, Seen, State } from "../../cloud/messages";
import { cpu, memory } from "../format";
import type { Live } from "../live";
import { Mark } from "../status";

/** A state's word, with its mark. */
export const StateText = ({ state: { mood, word } }: { state: State }) => (
  <span class={`status ${mood}`}>
    <Mark mood={mood} />
    {word}
  </span>
);

/** Google's own words. */
export const Words = ({ state: { mood, message } }: { state: State }) =>
  message === undefined ? null : (
    <pre class={`words ${mood}`} tabIndex={0}>
      {message}
    </pre>
  );

type InGroup<T> = { title: string; seen: Seen<T>; none: string; children: (item: T) => ComponentChildren };

/** The resources of one API; where it does not answer, why, with what it said before. */
export const Group = <T,>({ title, seen: { items, why }, none, children }: InGroup<T>) => (
  <section class="group">
    <h2>
      {title} {items.length > 0 && <span class="amount">{items.length}</span>}
    </h2>
    <NotShown why={why} isOld={items.length > 0} />
    {items.length === 0 && why === undefined && <p class="hint">{none}</p>}
    <div class="resources">{items.map(children)}</div>
  </section>
);

export const NotShown = ({ why, isOld }: { why: string | undefined; isOld: boolean }) =>
  why === undefined ? null : (
    <p class="unseen" role="status">
      {isOld ? "From before; not shown as it is now" : "Not shown"}: {why}
    </p>
  );

/** How many instances run, and what they use together. */
export const Running = ({ instances, live }: { instances: readonly Instance[]; live: Live }) => {
  const up = instances.filter(({ startedAt, finishedAt }) => startedAt !== undefined && finishedAt === undefined);
  const read = up.flatMap(({ id }) => {
    const values = live.samples.at(-1)?.values[id];
    return values ? [values] : [];
  });
  const total = (index: 0 | 1): number => read.reduce((sum, values) => sum + values[index], 0);
  const bad = instances.find(({ status }) => status === "restarting" || status === "stopped");
  return (
    <span class="running">
      {up.length === 0 ? "no instance" : up.length === 1 ? "1 instance" : `${up.length} instances`}
      {read.length > 0 && ` · ${cpu(total(0))} · ${memory(total(1))}`}
      {bad && ` · one is ${bad.status}${bad.detail === undefined ? "" : `, ${bad.detail}`}`}
    </span>
  );
};
