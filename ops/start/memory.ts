import type { Source } from "../stack/environment";
import { inFleet, readJson, writeWhenChanged } from "../stack/files";

/** Results of set-up's probes. Deleting the file makes it probe again. */
export type Memory = {
  tools?: Source;
  images?: Source;
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
