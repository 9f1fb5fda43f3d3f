import { useState } from "preact/hooks";
import type { Execution, Job } from "../../cloud/messages";
import type { Part } from "../../messages";
import { dateTime, elapsed } from "../format";
import type { Shown } from "../live";
import { StateText, Words } from "./pieces";
import { Title, type In } from "./serving";

/** The executions of a card; the details of a part show all that are known. */
const SHORT = 3;

export const JobCard = ({ job, ...of }: In & { job: Job }) => {
  const mood = job.executions[0]?.state.mood ?? job.state.mood;
  return (
    <article class={`resource ${mood}`}>
      <header>
        <Title {...of} name={job.name} mood={mood} />
        <Strip executions={job.executions} />
      </header>
      {job.state.mood !== "good" && <Words state={job.state} />}
      <Executions executions={job.executions.slice(0, SHORT)} />
    </article>
  );
};

/** The outcomes at a glance, the newest at the right; the list below has them in words. */
const Strip = ({ executions }: { executions: readonly Execution[] }) => (
  <span class="strip" aria-hidden="true">
    {[...executions].reverse().map(({ name, state }) => (
      <i key={name} class={state.mood} title={`${name}: ${state.word}`} />
    ))}
  </span>
);

const Executions = ({ executions }: { executions: readonly Execution[] }) =>
  executions.length === 0 ? (
    <p class="hint">It has never run.</p>
  ) : (
    <ul class="executions">
      {executions.map((execution) => (
        <ExecutionRow key={execution.name} execution={execution} />
      ))}
    </ul>
  );

const ExecutionRow = ({ execution: { name, state, createTime, completionTime, tasks } }: { execution: Execution }) => (
  <li data-execution={name}>
    <span class="what">
      <StateText state={state} /> <code>{name}</code>
      <span class="more">
        {createTime !== undefined && dateTime(createTime)}
        {createTime !== undefined && completionTime !== undefined && ` · took ${took({ createTime, completionTime })}`}
        {` · ${told(tasks)}`}
      </span>
    </span>
    {state.mood !== "good" && <Words state={state} />}
    {completionTime !== undefined && <Log execution={name} />}
  </li>
);

const took = ({ createTime, completionTime }: { createTime: string; completionTime: string }): string =>
  elapsed(Date.parse(completionTime) - Date.parse(createTime));

const told = ({ all, succeeded, failed, cancelled, retried }: Execution["tasks"]): string =>
  [
    `${succeeded} of ${all} ${all === 1 ? "task" : "tasks"} succeeded`,
    ...[`${failed} failed`, `${cancelled} cancelled`, `${retried} tried again`].filter(
      (text) => !text.startsWith("0 "),
    ),
  ].join(", ");

/** What an execution printed; it is fetched when it is opened. */
const Log = ({ execution }: { execution: string }) => {
  const [text, setText] = useState<string>();
  const open = async (): Promise<void> => {
    const answer = await fetch(`/execution?name=${encodeURIComponent(execution)}`).catch(() => undefined);
    setText(answer ? (await answer.text()).trim() || "It printed nothing." : "The dashboard does not answer.");
  };
  return (
    <details class="log" onToggle={({ currentTarget }) => currentTarget.open && void open()}>
      <summary>What it printed</summary>
      <pre tabIndex={0}>{text ?? "Being read"}</pre>
    </details>
  );
};

/** All known executions of a part that is a job. */
export const ExecutionsOf = ({ part, picture }: Pick<Shown, "picture"> & { part: Part }) => {
  const job = picture.cloud?.jobs.items.find(({ name }) => name === part.resource);
  return (
    <section class="group">
      <h2>Executions</h2>
      {job ? <Executions executions={job.executions} /> : <p class="hint">Cloud Run tells of no such job.</p>}
    </section>
  );
};
