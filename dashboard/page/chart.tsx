import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { useThemeVersion } from "./theme";

export type Series = { name: string; colour: number; values: readonly (number | null)[] };

type Of = {
  title: string;
  /** The time in seconds since 1970. */
  times: readonly number[];
  series: readonly Series[];
  format: (value: number) => string;
  height: number;
};

const SHORTEST_S = 120;

/** Lines over time on a canvas, with a legend of text that tells the newest values, or those under the pointer. */
export const Chart = ({ title, times, series, format, height }: Of) => {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const theme = useThemeVersion();
  const names = series.map(({ name }) => name).join(" ");

  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const made = new uPlot(
      optionsFor({ series, format, height, width: element.clientWidth, setHovered }),
      [[]],
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [names, theme, height]);

  useEffect(() => {
    plot.current?.setData([[...times], ...series.map(({ values }) => [...values])]);
  }, [times, names, theme]);

  const shown = hovered ?? times.length - 1;
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <ul>
          {series.map(({ name, colour, values }) => (
            <li key={name}>
              <i class={`swatch colour-${colour}`} aria-hidden="true" />
              {name} <b>{values[shown] == null ? "-" : format(values[shown])}</b>
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={holder} role="img" aria-label={`${title} over the last half hour; the values are in the list above`} />
    </figure>
  );
};

type Plotted = Omit<Of, "title" | "times"> & { width: number; setHovered: (index: number | null) => void };

const optionsFor = ({ series, format, height, width, setHovered }: Plotted): uPlot.Options => {
  const axis: uPlot.Axis = {
    stroke: resolved("var(--quiet)"),
    grid: { stroke: resolved("var(--line)"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui, sans-serif",
  };
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { size: 6 } },
    // At first there are seconds to show: they begin at the left of two minutes.
    scales: {
      x: { range: (_plot, first, last) => [Math.min(first, last - SHORTEST_S), last] },
      y: { range: (_plot, _low, high) => [0, Math.max(high * 1.1, 1)] },
    },
    axes: [
      { ...axis, size: 24, values: (_plot, times, _axis, _space, step) => times.map(timeOf(step)), space: 76 },
      { ...axis, size: 62, values: (_plot, values) => values.map(format), space: 28 },
    ],
    series: [{}, ...series.map((one) => lineFor(one))],
    hooks: { setCursor: [({ cursor }) => setHovered(cursor.idx ?? null)] },
  };
};

/** Shows seconds only where the axis is that fine. */
const timeOf =
  (step: number) =>
  (seconds: number): string =>
    new Date(seconds * 1000).toLocaleTimeString("en-GB", { timeStyle: step < 60 ? "medium" : "short" });

const lineFor = ({ name, colour }: Series): uPlot.Series => ({
  label: name,
  stroke: resolved(`var(--colour-${colour})`),
  fill: resolved(`color-mix(in srgb, var(--colour-${colour}) 8%, transparent)`),
  width: 1.5,
  points: { show: false },
});

/** A canvas knows neither custom properties nor light-dark(): the colour as the browser has worked it out. */
const resolved = (colour: string): string => {
  const probe = document.createElement("i");
  probe.style.color = colour;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};
