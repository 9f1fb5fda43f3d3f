import { Fragment } from "preact";
import { clock } from "./format";
import type { Kept } from "./logbuffer";
import { levelOf, printed } from "./logline";
import { memo } from "./memo";

/** Pixels; the style sheet has the same. */
export const ROW_HEIGHT = 22;

/** Five colours tell parts apart well enough. */
const COLOURS = 5;

export type RowOf = {
  kept: Kept;
  pattern: RegExp | undefined;
  withPart: boolean;
  isChosen: boolean;
  choose: (kept: Kept) => void;
};

export const LogRow = memo(
  ({ kept, pattern, withPart, isChosen, choose }: RowOf) => {
    const [part, time, text] = kept.line;
    const { severity, message, extras } = printed(text);
    return (
      <div class={`row ${levelOf(severity)} ${isChosen ? "chosen" : ""}`} onClick={() => choose(kept)}>
        <time>{clock(time)}</time>
        {withPart && <span class={`of colour-${hash(part)}`}>{part}</span>}
        {severity && <span class="severity">{severity.toLowerCase()}</span>}
        <span class="message">
          <Marked text={message} pattern={pattern} />
        </span>
        {extras && (
          <span class="extras">
            <Marked text={extras} pattern={pattern} />
          </span>
        )}
      </div>
    );
  },
  (before, now) =>
    before.kept === now.kept &&
    before.pattern === now.pattern &&
    before.isChosen === now.isChosen &&
    before.withPart === now.withPart,
);

const hash = (text: string): number =>
  [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 65_521, 0) % COLOURS;

/** Text with what the search found in it. */
const Marked = ({ text, pattern }: { text: string; pattern: RegExp | undefined }) => {
  if (!pattern) return <>{text}</>;
  const found = [...text.matchAll(new RegExp(pattern.source, "gi"))].filter(([word]) => word !== "");
  return (
    <>
      {found.map((match, index) => (
        <Fragment key={match.index}>
          {text.slice(endOf(found[index - 1]), match.index)}
          <mark>{match[0]}</mark>
        </Fragment>
      ))}
      {text.slice(endOf(found.at(-1)))}
    </>
  );
};

const endOf = (match: RegExpExecArray | undefined): number => (match ? match.index + match[0].length : 0);
