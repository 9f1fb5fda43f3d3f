import { median, ratio, type Samples } from "./statistics";

/** One thing that was measured, beside what it is compared with. */
export type Result = Samples & {
  name: string;
  against: string;
  /** What we want of it, for people; nothing fails by it. */
  aim?: string;
};

/** The results as columns for people, medians in seconds. */
export const table = (results: readonly Result[]): string => {
  const rows = [
    ["MEASURED", "OURS", "AGAINST", "THEIRS", "RATIO", "AIM"],
    ...results.map(({ aim = "", ...result }) => [
      result.name,
      seconds(median(result.ours)),
      result.against,
      seconds(median(result.theirs)),
      ratio(result).toFixed(2),
      aim,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => aligned(cell, column, widths))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};

/** Numbers stand right, words left. */
const aligned = (cell: string, column: number, widths: readonly number[]): string =>
  [1, 3, 4].includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);

const seconds = (value: number): string => `${value.toFixed(2)} s`;
