import type { Source } from "../stack/environment";
import { inFleet, readJson, writeWhenChanged } from "../stack/files";

/** What set-up gets from its official place, or makes a stand-in of. */
export type Downloaded = "tools" | "images";

/** Results of set-up's probes. Deleting the file makes it probe again. */
export type Memory = {
  tools?: Source;
  images?: Source;
  /** When the official way failed for each, RFC 3339; it is tried again after a day. */
  failed?: Partial<Record<Downloaded, string>>;
  /** Seconds that works of minutes took here the last time, by their names. */
  took?: Record<string, number>;
  /** Digest of the passphrase and salt that were seen to fit. */
  passphrase?: string;
};

const FILE = "setup.json";

export const recall = (): Memory => readJson<Memory>(inFleet(FILE)) ?? {};

export const remember = (facts: Memory): void => {
  writeWhenChanged(inFleet(FILE), `${JSON.stringify({ ...recall(), ...facts }, null, 2)}\n`);
};

/** FLEET_OFFLINE=1 forces the stand-ins, 0 the official downloads. */
export const forcedSource = (): Source | undefined => {
  const value = process.env.FLEET_OFFLINE;
  return value === "1" ? "offline" : value === "0" ? "official" : undefined;
};

const DAY_MS = 24 * 3600 * 1000;

type Asked = { what: Downloaded; memory?: Memory; forced?: Source | undefined; now?: Date };

/**
 * The way by which something is had: the one that FLEET_OFFLINE forces, or the one that is remembered. Undefined where the
 * official way is to be tried: it never was, or it failed more than a day ago, which may have been a moment's failure.
 */
export const sourceOf = (of: Asked): Source | undefined => {
  const { what, memory = recall(), forced = forcedSource(), now = new Date() } = of;
  if (forced !== undefined || memory[what] !== "offline") return forced ?? memory[what];
  const failedAt = Date.parse(memory.failed?.[what] ?? "");
  return now.getTime() - failedAt < DAY_MS ? "offline" : undefined;
};

/** Remembers that the official way failed just now. */
export const rememberFailure = (what: Downloaded): void =>
  remember({ [what]: "offline", failed: { ...recall().failed, [what]: new Date().toISOString() } });

/** What somebody has to know who gets something else than the official part. */
export const fallingBack = ({ what, why, to }: { what: string; why: string; to: string }): string =>
  `${what} cannot be reached (${why}): ${to} serve instead; the official way is tried again after a day, or now with FLEET_OFFLINE=0 npm start`;

/** Reminds of stand-ins that are in use though nobody asked for them; undefined where there are none. */
export const standInsInUse = (memory: Memory = recall(), forced = forcedSource()): string | undefined => {
  const names = { tools: "Pulumi", images: "the base images" };
  const used = (["tools", "images"] as const).filter((what) => memory[what] === "offline");
  if (forced !== undefined || used.length === 0) return undefined;
  return `Stand-ins serve for ${used.map((what) => names[what]).join(" and ")}, which could not be had officially. To try that again now: FLEET_OFFLINE=0 npm start`;
};
