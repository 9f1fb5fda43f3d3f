import type { Part, Picture, SystemPicture } from "../messages";
import { PressButton } from "./press";
import { Charts } from "./charts";
import { cpu, elapsed, many, memory } from "./format";
import { useNow, type Live } from "./live";
import { href, type Route } from "./route";
import { Spark } from "./spark";
import { Mark, moodOf, StatusText, worstOf } from "./status";

/** Figures over time, then a card for each system. */
export const Overview = ({ live, picture, route }: { live: Live; picture: Picture; route: Route }) => {
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
            <PressButton action="restart" live={live} />
            <PressButton action="migrate" live={live} />
            <PressButton action="snapshot" live={live} />
          </div>
        )}
      </header>
      <Charts systems={picture.systems} parts={picture.parts} samples={live.samples} />
      <div class="cards">
        {picture.systems.map((system) => (
          <Card key={system.name} system={system} picture={picture} live={live} route={route} now={now} />
        ))}
      </div>
    </>
  );
};

type InCard = { picture: Picture; live: Live; route: Route; now: number };

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
            <th scope="col">Part</th>
            <th scope="col">State</th>
            <th scope="col">Since</th>
            <th scope="col">CPU</th>
            <th scope="col">Memory</th>
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
            {part.url.replace(/^https?:\/\/(localhost|127\.0\.0\.1)/, "")}
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
