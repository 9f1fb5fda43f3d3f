import { median, ratio } from "./statistics";

export type Unit = "s" | "MB" | "/s";

/** One thing that was measured, with what it is compared with where there is such a thing; both in `unit`. */
export type Result = {
  name: string;
  /** Seconds unless it says something else. */
  unit?: Unit;
  ours: readonly number[];
  against?: string;
  theirs?: readonly number[];
  /** What we want of it, for people; nothing fails by it. */
  aim?: string;
};

/** The results as columns for people: medians. */
export const table = (results: readonly Result[]): string => {
  const rows = [["MEASURED", "OURS", "AGAINST", "THEIRS", "RATIO", "AIM"], ...results.map(cells)];
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

const cells = ({ name, unit = "s", ours, against = "", theirs, aim = "" }: Result): string[] => [
  name,
  shown(ours, unit),
  against,
  theirs ? shown(theirs, unit) : "",
  theirs ? ratio({ ours, theirs }).toFixed(2) : "",
  aim,
];

/** Numbers stand right, words left. */
const aligned = (cell: string, column: number, widths: readonly number[]): string =>
  [1, 3, 4].includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);

const DIGITS: Record<Unit, number> = { s: 2, MB: 1, "/s": 0 };

const shown = (values: readonly number[], unit: Unit): string => `${median(values).toFixed(DIGITS[unit])} ${unit}`;
