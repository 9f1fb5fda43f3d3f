import { Graph, layout, type EdgeLabel, type GraphLabel, type NodeLabel } from "@dagrejs/dagre";
import type { Edge, Part } from "../messages";

export type Box = { id: string; x: number; y: number; width: number; height: number };
export type Line = {
  from: string;
  to: string;
  path: string;
  /** Its middle. */
  x: number;
  y: number;
};
export type Drawing = { width: number; height: number; boxes: Box[]; lines: Line[] };

const BOX = { width: 170, height: 48 };
const MARGIN = 12;

type Drawn = {
  parts: readonly Part[];
  edges: readonly Edge[];
  /** The room between two boxes for the lines, in pixels. */
  gap?: number;
};

/**
 * Places the parts of one system, what is needed first at the left. Box coordinates are their upper left corners, in
 * pixels of the drawing.
 */
export const draw = ({ parts, edges, gap = 44 }: Drawn): Drawing => {
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>()
    .setGraph({ rankdir: "LR", nodesep: 14, ranksep: gap, marginx: MARGIN, marginy: MARGIN })
    .setDefaultEdgeLabel(() => ({}));
  for (const { id } of parts) graph.setNode(id, { ...BOX });
  const own = essential(edges).filter(({ from, to }) => graph.hasNode(from) && graph.hasNode(to));
  for (const { from, to } of own) graph.setEdge(to, from);
  layout(graph);
  const at = (id: string): Point => {
    const { x = 0, y = 0 } = graph.node(id);
    return { x, y };
  };
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    boxes: parts.map(({ id }) => boxOf(id, at(id))),
    lines: own.map(({ from, to }) => ({
      from,
      to,
      path: curve({ from: at(to), to: at(from), points: graph.edge(to, from).points ?? [] }),
      x: (at(to).x + at(from).x) / 2,
      y: (at(to).y + at(from).y) / 2,
    })),
  };
};

/** Leaves out needs that follow from others: a part that needs a migration needs its database anyway. */
export const essential = (edges: readonly Edge[]): Edge[] => {
  const needsOf = (id: string): string[] => edges.filter(({ from }) => from === id).map(({ to }) => to);
  const reaches = (from: string, to: string): boolean => needsOf(from).some((next) => next === to || reaches(next, to));
  return edges.filter(({ from, to }) => !needsOf(from).some((other) => other !== to && reaches(other, to)));
};

type Point = { x: number; y: number };

const boxOf = (id: string, { x, y }: Point): Box => ({ id, x: x - BOX.width / 2, y: y - BOX.height / 2, ...BOX });

/**
 * From the right side of a box to the left side of another, level at both ends. Where it passes a rank, dagre has kept a
 * place free for it, and the line goes through that.
 */
const curve = ({ from, to, points }: { from: Point; to: Point; points: readonly Point[] }): string => {
  const start = { x: from.x + BOX.width / 2, y: from.y };
  const end = { x: to.x - BOX.width / 2, y: to.y };
  const between = points.length > 3 ? points.slice(1, -1) : [];
  const stops = [start, ...between, end];
  return stops
    .map(({ x, y }, index) => {
      const before = stops[index - 1];
      if (!before) return `M${x} ${y}`;
      const middle = (before.x + x) / 2;
      return `C${middle} ${before.y} ${middle} ${y} ${x} ${y}`;
    })
    .join("");
};
