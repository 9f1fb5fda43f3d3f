import type { Cloud } from "../../api";
import { perCloud } from "../per-cloud";

/** A request that reached an instance of a service. */
export type Measured = {
  /** When it ended, in milliseconds. */
  at: number;
  /** The service's full name, and its revision's last part. */
  service: string;
  revision: string;
  code: number;
  ms: number;
};

/** Hours of a service under load; the oldest go first. */
const MOST = 200_000;

const measures = perCloud((): Measured[] => []);

export const measure = (cloud: Cloud, one: Measured): void => {
  const all = measures.of(cloud);
  all.push(one);
  if (all.length > MOST) all.splice(0, MOST / 10);
};

/** What was measured since the start of the server. */
export const measured = (cloud: Cloud): readonly Measured[] => measures.of(cloud);
