const WIDTH = 42;
const HEIGHT = 16;

/** The last two minutes as a line; only a hint, the figure beside it is what counts. */
export const Spark = ({ values }: { values: readonly (number | undefined)[] }) => {
  const known = values.map((value) => value ?? 0);
  // Below five percent of a processor, rest looks like rest.
  const top = Math.max(5, ...known);
  const step = WIDTH / Math.max(1, known.length - 1);
  const points = known.map((value, index) => `${(index * step).toFixed(1)},${y(value, top)}`);
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polyline points={points.join(" ")} />
    </svg>
  );
};

const y = (value: number, top: number): string => (HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(1);
