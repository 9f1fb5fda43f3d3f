import { useMemo, useState } from "preact/hooks";
import type { Edge, Part, SystemPicture } from "../messages";
import { revisionsOnMap, type Split } from "./cloud/revisions";
import { draw, type Box, type Line } from "./layout";
import type { Shown } from "./live";
import { href, type Route } from "./route";
import { moodOf, worstOf } from "./status";

/** What needs what, system by system. */
export const SystemsMap = ({ picture, route }: Shown) => (
  <section aria-labelledby="map">
    <h1 id="map">What needs what</h1>
    <p class="hint">
      A line leads from what has to be up or done first to what starts after it
      {picture.cloud && ", and from a service on to its revisions, as broad as their share of its requests"}.
    </p>
    <div class="maps">
      {picture.systems.map((system) => (
        <SystemMap key={system.name} system={system} picture={picture} route={route} />
      ))}
    </div>
  </section>
);

const NO_REVISIONS = { nodes: [], splits: [] };
/** The room that a share needs on its line. */
const SPLIT_GAP = 86;

const SystemMap = ({ system, picture, route }: Omit<Shown, "live"> & { system: SystemPicture }) => {
  const [pointed, setPointed] = useState<string>();
  const own = picture.parts.filter((part) => part.system === system.name);
  const { nodes, splits } = picture.cloud ? revisionsOnMap(picture.cloud, own) : NO_REVISIONS;
  const parts = [...own, ...nodes];
  const edges = [...picture.edges, ...splits];
  const shape = [...parts.map(({ id }) => id), ...edges.map(({ from, to }) => `${from}>${to}`)].join(" ");
  const drawing = useMemo(() => draw({ parts, edges, ...(picture.cloud && { gap: SPLIT_GAP }) }), [shape]);
  const near = pointed === undefined ? undefined : neighbours({ id: pointed, edges });
  return (
    <figure class={`map ${worstOf(own)}`}>
      <figcaption>
        <h2>{system.title}</h2>
        {system.networks.map((network) => (
          <span class="network" key={network}>
            shared network {network}
          </span>
        ))}
      </figcaption>
      <div class="scroll">
        <svg
          role="group"
          aria-label={`Parts of ${system.title} and what they need`}
          width={drawing.width}
          height={drawing.height}
          viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        >
          <Arrow />
          {drawing.lines.map((line) => (
            <Connection key={line.path} line={line} pointed={pointed} split={splitOf(splits, line)} />
          ))}
          {drawing.boxes.map((box) => (
            <Node
              key={box.id}
              box={box}
              part={parts.find(({ id }) => id === box.id) as Part}
              edges={edges}
              split={splits.find(({ from }) => from === box.id)}
              route={route}
              isFaint={near !== undefined && !near.has(box.id)}
              setPointed={setPointed}
            />
          ))}
        </svg>
      </div>
    </figure>
  );
};

const neighbours = ({ id, edges }: { id: string; edges: readonly Edge[] }): Set<string> =>
  new Set([id, ...edges.flatMap(({ from, to }) => (from === id ? [to] : to === id ? [from] : []))]);

/** Every drawing defines it again: an id belongs to the whole page, and all are the same. */
const Arrow = () => (
  <defs>
    <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
      <path d="M0 .8 7 4 0 7.200z" />
    </marker>
  </defs>
);

const splitOf = (splits: readonly Split[], { from, to }: Line): Split | undefined =>
  splits.find((split) => split.from === from && split.to === to);

/** The place of a share on its line. */
const SHARE = { width: 44, height: 16 };

type OfLine = { line: Line; pointed: string | undefined; split: Split | undefined };

/** A line to a revision is as broad as its share. */
const Connection = ({ line: { from, to, path, x, y }, pointed, split }: OfLine) => {
  const state = pointed === undefined ? "" : pointed === from || pointed === to ? "lit" : "faint";
  if (!split) return <path class={`connection ${state}`} d={path} marker-end="url(#arrow)" />;
  return (
    <g class={state === "faint" ? "connection faint" : ""}>
      <path class="connection traffic" d={path} style={{ strokeWidth: `${1 + split.percent * 0.06}px` }} />
      <rect class="behind" x={x - SHARE.width / 2} y={y - SHARE.height / 2} {...SHARE} rx="4" />
      <text class="share-of" x={x} y={y}>
        {split.percent} %
      </text>
    </g>
  );
};

type InMap = {
  box: Box;
  part: Part;
  edges: readonly Edge[];
  /** Its share, of a revision. */
  split: Split | undefined;
  route: Route;
  isFaint: boolean;
  setPointed: (id: string | undefined) => void;
};

const Node = ({ box: { id, x, y, width, height }, part, edges, split, route, isFaint, setPointed }: InMap) => {
  const needs = edges.filter(({ from }) => from === id).map(({ to }) => to);
  const opened = split?.to ?? id;
  return (
    <g transform={`translate(${x} ${y})`}>
      <a
        class={`node ${moodOf(part)} ${split ? "revision" : part.kind === "job" ? "job" : ""} ${isFaint ? "faint" : ""}`}
        href={href({ view: "map", part: opened })}
        aria-current={route.part === id ? "true" : undefined}
        onMouseEnter={() => setPointed(id)}
        onMouseLeave={() => setPointed(undefined)}
        onFocus={() => setPointed(id)}
        onBlur={() => setPointed(undefined)}
      >
        <rect class="body" width={width} height={height} rx="8" />
        <rect class="edge" x="6" y="9" width="4" height={height - 18} rx="2" />
        <desc>{split ? `${split.percent} % of ${split.to}` : saidOf(id, needs)}</desc>
        <text class="name" x="20" y="20">
          {part.name}
        </text>
        <text class="what" x="20" y="36">
          {part.kind} &#183; {part.status}
        </text>
      </a>
    </g>
  );
};

const saidOf = (id: string, needs: readonly string[]): string =>
  needs.length > 0 ? `${id} needs ${needs.join(", ")}` : `${id} needs nothing`;
