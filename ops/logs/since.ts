import { refuseWith } from "../../infra/problems";

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * `10m`, `2h30m` ago, or a time such as 2026-11-24T09:00:00Z, as seconds since 1970.
 * @throws ProblemsError for anything else.
 */
export const sinceOf = (written: string, now: Date): string => {
  const parts = [...written.matchAll(/(\d+)([smhd])/g)];
  if (parts.length > 0 && parts.map(([whole]) => whole).join("") === written) {
    const seconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0);
    return (now.getTime() / 1000 - seconds).toFixed(3);
  }
  const time = Date.parse(written);
  if (/^\d{4}-/.test(written) && !Number.isNaN(time)) return (time / 1000).toFixed(3);
  return refuseWith({
    path: "--since",
    message: `"${written}" is neither a time nor how long ago; allowed: 30s, 10m, 2h, 1d, 2026-11-24T09:00:00Z`,
    cure: "./fleet logs --since 10m",
  });
};
