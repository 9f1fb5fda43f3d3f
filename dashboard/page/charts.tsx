import { useMemo } from "preact/hooks";
import type { Sample } from "../messages";
import { Chart, type Series } from "./chart";
import { cpu, memory } from "./format";
import type { Shown } from "./live";

/** CPU and memory of each system over the last half hour. */
export const Charts = ({ live: { samples }, picture: { systems, parts } }: Omit<Shown, "route">) => {
  const times = useMemo(() => samples.map(({ at }) => at), [samples]);
  const of = (index: 0 | 1): Series[] =>
    systems.map(({ name, title }, colour) => {
      const ids = parts.filter(({ system }) => system === name).map(({ id }) => id);
      return { name: title, colour, values: samples.map((sample) => sumOf({ sample, ids, index })) };
    });
  const names = systems.map(({ name }) => name).join(" ");
  const [used, held] = useMemo(() => [of(0), of(1)] as const, [samples, names]);
  return (
    <div class="charts">
      <Chart title="CPU" times={times} series={used} format={cpu} height={132} />
      <Chart title="Memory" times={times} series={held} format={memory} height={132} />
    </div>
  );
};

const sumOf = ({ sample, ids, index }: { sample: Sample; ids: readonly string[]; index: 0 | 1 }): number | null => {
  const values = ids.flatMap((id) => sample.values[id]?.[index] ?? []);
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : null;
};
