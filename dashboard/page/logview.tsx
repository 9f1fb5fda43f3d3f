import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { isRoutine } from "../../ops/logs/routine";
import { count } from "./format";
import { CAPACITY, searchOf, type Kept, type LogBuffer } from "./logbuffer";
import { inFull } from "./logline";
import { LogRow, ROW_HEIGHT, type RowOf } from "./logrow";
import { useLogStream } from "./logstream";

/** Rows drawn above and below what is seen. */
const SPARE_ROWS = 8;

type Of = { parts: readonly string[]; before?: ComponentChildren; compact?: boolean };

/** Live logs with search. Only the rows in sight are in the document; the view follows the end until one scrolls up. */
export const LogView = ({ parts, before, compact = false }: Of) => {
  const box = useRef<HTMLDivElement>(null);
  const [written, setWritten] = useState("");
  const [following, setFollowing] = useState(true);
  const [withChecks, setWithChecks] = useState(false);
  const [chosen, setChosen] = useState<Kept>();
  const search = useMemo(() => searchOf(written), [written]);
  const isFollowing = useRef(following);
  isFollowing.current = following;
  const { buffer, connected, redraw } = useLogStream({
    parts,
    // What was read stays where it is while lines above it leave.
    left: (lines) => {
      if (!isFollowing.current && box.current) box.current.scrollTop -= lines * ROW_HEIGHT;
    },
  });
  // Who searches is answered from all lines.
  const hides = !withChecks && written === "";
  useMemo(() => buffer.search(hides ? ([, , text]) => !isRoutine(text) : search.matcher), [search, hides]);
  useLayoutEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight;
  });

  const onScroll = (): void => {
    const { current } = box;
    if (!current) return;
    setFollowing(current.scrollHeight - current.scrollTop - current.clientHeight < 2 * ROW_HEIGHT);
    redraw();
  };
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || buffer.matches.length === 0) return;
    event.preventDefault();
    setFollowing(false);
    const index = neighbour({ buffer, chosen, step });
    setChosen(buffer.matches[index]);
    if (box.current) scrollTo({ box: box.current, index });
  };
  return (
    <div class={compact ? "logview compact" : "logview"}>
      <div class="bar">
        {before}
        <input
          type="search"
          value={written}
          placeholder="Search, or /a regular expression/"
          aria-label="Search the log"
          onInput={({ currentTarget }) => setWritten(currentTarget.value)}
        />
        <button
          type="button"
          aria-pressed={withChecks}
          title="Health checks and polls that went well"
          onClick={() => setWithChecks(!withChecks)}
        >
          Checks
        </button>
        <button type="button" aria-pressed={following} onClick={() => setFollowing(!following)}>
          {following ? "Following" : "Follow"}
        </button>
      </div>
      <Notes buffer={buffer} written={written} problem={search.problem} connected={connected} />
      <div
        class="lines"
        ref={box}
        role="log"
        aria-live="off"
        aria-label="Log lines; arrow keys choose one to read in full"
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={move}
      >
        {buffer.matches.length === 0 && (
          <p class="empty">{written === "" ? "Nothing was printed yet." : "No kept line matches."}</p>
        )}
        <Rows
          buffer={buffer}
          box={box.current}
          pattern={search.pattern}
          withPart={parts.length > 1}
          chosen={chosen}
          choose={(kept) => setChosen(kept.number === chosen?.number ? undefined : kept)}
        />
      </div>
      {chosen && (
        <div class="full">
          <header>
            <b>{chosen.line[0]}</b> <time>{chosen.line[1]}</time>
            <button type="button" onClick={() => setChosen(undefined)}>
              Close
            </button>
          </header>
          <pre tabIndex={0}>{inFull(chosen.line[2])}</pre>
        </div>
      )}
    </div>
  );
};

/** The place of the line before or after the chosen one; of the last line when none is chosen. */
const neighbour = ({ buffer, chosen, step }: { buffer: LogBuffer; chosen: Kept | undefined; step: number }): number => {
  const { matches } = buffer;
  const at = chosen ? matches.findIndex(({ number }) => number === chosen.number) : matches.length;
  return Math.min(Math.max(at + step, 0), matches.length - 1);
};

/** As little as brings the row into sight. */
const scrollTo = ({ box, index }: { box: HTMLElement; index: number }): void => {
  const top = index * ROW_HEIGHT;
  box.scrollTop = Math.min(top, Math.max(box.scrollTop, top + 2 * ROW_HEIGHT - box.clientHeight));
};

type Drawn = Omit<RowOf, "kept" | "isChosen"> & {
  buffer: LogBuffer;
  box: HTMLDivElement | null;
  chosen: Kept | undefined;
};

const Rows = ({ buffer, box, chosen, ...of }: Drawn) => {
  const total = buffer.matches.length;
  const fits = Math.ceil((box?.clientHeight ?? 600) / ROW_HEIGHT);
  const first = Math.max(0, Math.min(Math.floor((box?.scrollTop ?? 0) / ROW_HEIGHT), total - fits) - SPARE_ROWS);
  const shown = buffer.matches.slice(first, first + fits + 2 * SPARE_ROWS);
  return (
    <div class="rows" style={{ height: `${total * ROW_HEIGHT}px` }}>
      <div style={{ transform: `translateY(${first * ROW_HEIGHT}px)` }}>
        {shown.map((kept) => (
          <LogRow key={kept.number} kept={kept} isChosen={kept.number === chosen?.number} {...of} />
        ))}
      </div>
    </div>
  );
};

type InNotes = { buffer: LogBuffer; written: string; problem: string | undefined; connected: boolean };

/** Tells how much of the log is shown, and what is missing. */
const Notes = ({ buffer, written, problem, connected }: InNotes) => (
  <p class="notes">
    <span class="total">
      {buffer.matches.length === buffer.kept.length
        ? `${count(buffer.kept.length)} lines`
        : `${count(buffer.matches.length)} of ${count(buffer.kept.length)} lines ${written === "" ? "(no checks)" : "match"}`}
    </span>
    {buffer.left > 0 && (
      <span class="left">
        {count(buffer.left)} older lines have left this view, which keeps {count(CAPACITY)}
      </span>
    )}
    {buffer.dropped > 0 && (
      <span class="dropped">{count(buffer.dropped)} lines came faster than this page takes them and are not here</span>
    )}
    {problem !== undefined && <span class="dropped">{problem}</span>}
    {!connected && <span class="dropped">the connection is lost; trying again</span>}
  </p>
);
