import { ACTIONS, type Part, type SystemPicture } from "../messages";
import { PressButton } from "./press";
import { Charts } from "./charts";
import { cpu, elapsed, many, memory } from "./format";
import { useNow, type Shown } from "./live";
import { href } from "./route";
import { Spark } from "./spark";
import { Mark, moodOf, StatusText, worstOf } from "./status";

/** Figures over time, then a card for each system. */
export const Overview = ({ live, picture, route }: Shown) => {
  const now = useNow();
  if (picture.parts.length === 0)
    return (
      <p class="empty">
        Nothing of the stack {picture.stack} runs. Start it with <code>./fleet start</code>; this page follows.
      </p>
    );
  return (
    <>
      <header class="heading">
        <h1>{picture.stack}</h1>
        <p class="hint">
          {many(picture.systems.length, "system")}, {many(picture.parts.length, "part")}
        </p>
        {picture.inDocker && (
          <div class="presses">
            {ACTIONS.map((action) => (
              <PressButton key={action} action={action} live={live} />
            ))}
          </div>
        )}
      </header>
      <Charts live={live} picture={picture} />
      <div class="cards">
        {picture.systems.map((system) => (
          <Card key={system.name} system={system} picture={picture} live={live} route={route} now={now} />
        ))}
      </div>
    </>
  );
};

const COLUMNS = ["Part", "State", "Since", "CPU", "Memory"];

type InCard = Shown & { now: number };

const Card = ({ system, ...of }: InCard & { system: SystemPicture }) => {
  const parts = of.picture.parts.filter((part) => part.system === system.name);
  return (
    <section class={`card ${worstOf(parts)}`} aria-labelledby={`system-${system.name}`}>
      <header>
        <h2 id={`system-${system.name}`}>
          <Mark mood={worstOf(parts)} />
          {system.title}
        </h2>
        {of.picture.inDocker && (
          <div class="presses">
            <PressButton action="migrate" target={system.name} live={of.live} />
            <PressButton action="snapshot" target={system.name} live={of.live} />
          </div>
        )}
      </header>
      <table>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <Row key={part.id} part={part} {...of} />
          ))}
        </tbody>
      </table>
    </section>
  );
};

const Row = ({ part, live, route, now }: InCard & { part: Part }) => {
  const isUp = part.startedAt !== undefined && part.finishedAt === undefined;
  const [used, held] = (isUp && live.samples.at(-1)?.values[part.id]) || [];
  const since = part.finishedAt ?? part.startedAt;
  return (
    <tr class={`${moodOf(part)} ${route.part === part.id ? "chosen" : ""}`} data-part={part.id}>
      <th scope="row">
        <a class="part" href={href({ view: route.view, part: part.id })}>
          {part.name}
        </a>
        {part.kind !== part.name && <span class="kind">{part.kind}</span>}
        {part.url !== undefined && (
          <a class="url" href={part.url} target="_blank" rel="noreferrer" title={part.url}>
            {part.url.replace(/^https?:\/\/([\w.-]+\.localhost|localhost|127\.0\.0\.1)/, "")}
            <span class="hidden">: {part.id} in a new tab</span>
          </a>
        )}
      </th>
      <td>
        <StatusText part={part} />
      </td>
      <td class="figure" title={since}>
        {since !== undefined && elapsed(now - Date.parse(since))}
      </td>
      <td class="figure">
        {used !== undefined && (
          <>
            <Spark values={live.samples.slice(-60).map(({ values }) => values[part.id]?.[0])} />
            {cpu(used)}
          </>
        )}
      </td>
      <td class="figure">{held !== undefined && <Held held={held} limit={part.memoryLimit} />}</td>
    </tr>
  );
};

/** Memory, as a share of what it may have. */
const Held = ({ held, limit }: { held: number; limit: number | undefined }) => (
  <>
    {limit !== undefined && (
      <meter class="held" min={0} max={limit} high={limit * 0.85} value={held} title={`of ${memory(limit)}`}>
        {Math.round((held / limit) * 100)} %
      </meter>
    )}
    {memory(held)}
  </>
);
