import type { ChangeStep, Seen } from "../../cloud/messages";
import { NotShown, StateText } from "./pieces";

/** The change that is rehearsed: its verdicts once they are there, and what clients met in each phase. */
export const Change = ({ change: { items, why } }: { change: Seen<ChangeStep> }) =>
  items.length === 0 && why === undefined ? null : (
    <section class="group change">
      <h2>Change rehearsal</h2>
      <NotShown why={why} isOld={items.length > 0} />
      <ol class="steps">
        {items.map(({ title, state, lines }) => (
          <li key={title} data-step={title}>
            <strong>{title}</strong> <StateText state={state} />
            {lines.map((line) => (
              <p key={line} class="hint">
                {line}
              </p>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
