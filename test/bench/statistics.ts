/** The middle one, or the mean of the middle two; NaN of nothing. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = sorted.length % 2 === 1 ? [sorted[half], sorted[half]] : sorted.slice(half - 1);
  return (low + high) / 2;
};

/** Seconds of both sides, run in turn. */
export type Samples = { ours: readonly number[]; theirs: readonly number[] };

/**
 * The median of the quotients of each pair. The two of a pair ran one after the other, so a machine that slows down
 * in the middle of a run slows both, and the ratio stays; the quotient of the medians would move.
 */
export const ratio = ({ ours, theirs }: Samples): number =>
  median(ours.map((seconds, index) => seconds / (theirs[index] ?? NaN)));
