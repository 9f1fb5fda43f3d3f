import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The names that Google has given, sorted, with their source and date (limits/update-names.ts). */
export type GooglesNames = { source: string; date: string; regions: string[]; services: string[]; roles: string[] };

export const { regions, services, roles } = JSON.parse(
  readFileSync(join(import.meta.dirname, "limits", "names.json"), "utf8"),
) as GooglesNames;
