import type { ActionState } from "../messages";
import type { Shown } from "./live";
import { Mark } from "./status";

/** The commands that buttons started, newest first, with what they printed. */
export const Activity = ({ live: { actions }, picture }: Shown) => (
  <section class="activity" aria-labelledby="activity">
    <h1 id="activity">Activity</h1>
    <p class="hint">Each button runs a command that you can type as well.</p>
    {actions.length === 0 && <p class="empty">No button of {picture.stack} was pressed yet.</p>}
    {[...actions].reverse().map((action) => (
      <Run key={action.id} action={action} />
    ))}
  </section>
);

const Run = ({ action: { command, lines, exitCode } }: { action: ActionState }) => (
  <article class="run">
    <header>
      <code>{command}</code>
      <span class={`status ${moodOf(exitCode)}`}>
        <Mark mood={moodOf(exitCode)} />
        {exitCode === undefined ? "running" : exitCode === 0 ? "done" : `failed with exit code ${exitCode}`}
      </span>
    </header>
    {lines.length > 0 && <pre tabIndex={0}>{lines.join("\n")}</pre>}
  </article>
);

const moodOf = (exitCode: number | undefined) => (exitCode === undefined ? "busy" : exitCode === 0 ? "good" : "bad");
