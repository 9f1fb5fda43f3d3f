type Rows = readonly (readonly string[])[];

/** Straight columns for people; `numbers` puts all but the first to the right. Lines end without spaces. */
export const columns = (rows: Rows, { numbers = false } = {}): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell[numbers && column > 0 ? "padStart" : "padEnd"](widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};

/** Prints a command's result: JSON for programs, columns (under `header`) for people. */
export const print = ({ json, header, rows, data }: Printed): void => {
  const text = json ? JSON.stringify(data, null, 2) : columns([header, ...rows]);
  process.stdout.write(`${text}\n`);
};

type Printed = {
  json: boolean | undefined;
  header: readonly string[];
  rows: Rows;
  data: unknown;
};

/** `3d 4h`, `12m`, `8s`: the two largest units at most. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "m"],
    [whole % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return "0s";
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(" ");
};

/** `1.4 GiB`, `12 MiB`, `340 B`. */
export const size = (bytes: number): string => {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${power === 0 || amount >= 10 ? amount.toFixed(0) : amount.toFixed(1)} ${units[power]}`;
};
