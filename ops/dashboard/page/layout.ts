import { Graph, layout } from "@dagrejs/dagre";
import type { Edge, Part } from "../messages";

export type Box = { id: string; x: number; y: number; width: number; height: number };
export type Line = { from: string; to: string; path: string };
export type Drawing = { width: number; height: number; boxes: Box[]; lines: Line[] };

const BOX = { width: 156, height: 48 };
const MARGIN = 12;

/**
 * Places the parts of one system, what is needed first at the left. Box coordinates are their upper left corners, in
 * pixels of the drawing.
 */
export const draw = ({ parts, edges }: { parts: readonly Part[]; edges: readonly Edge[] }): Drawing => {
  const graph = new Graph()
    .setGraph({ rankdir: "LR", nodesep: 14, ranksep: 44, marginx: MARGIN, marginy: MARGIN })
    .setDefaultEdgeLabel(() => ({}));
  for (const { id } of parts) graph.setNode(id, { ...BOX });
  const own = essential(edges).filter(({ from, to }) => graph.hasNode(from) && graph.hasNode(to));
  for (const { from, to } of own) graph.setEdge(to, from);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    boxes: parts.map(({ id }) => boxOf(id, graph.node(id) as unknown as Point)),
    lines: own.map(({ from, to }) => ({
      from,
      to,
      path: curve((graph.edge(to, from) as unknown as { points: Point[] }).points),
    })),
  };
};

/** Without the needs that follow from others: what needs a migration needs its database anyway. */
export const essential = (edges: readonly Edge[]): Edge[] => {
  const needsOf = (id: string): string[] => edges.filter(({ from }) => from === id).map(({ to }) => to);
  const reaches = (from: string, to: string): boolean => needsOf(from).some((next) => next === to || reaches(next, to));
  return edges.filter(({ from, to }) => !needsOf(from).some((other) => other !== to && reaches(other, to)));
};

type Point = { x: number; y: number };

const boxOf = (id: string, { x, y }: Point): Box => ({ id, x: x - BOX.width / 2, y: y - BOX.height / 2, ...BOX });

/** Through the middles between bends, so that a line bends softly. */
const curve = (points: readonly Point[]): string => {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (!first || !last) return "";
  const bends = rest.map((bend, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 1 ? last : { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 };
    return `Q${bend.x} ${bend.y} ${end.x} ${end.y}`;
  });
  return `M${first.x} ${first.y}${bends.length > 0 ? bends.join("") : `L${last.x} ${last.y}`}`;
};
