import { PROJECT } from "../cloud";

/**
 * A wrong request and its right twin, from Google's documentation, a public issue or a public program; the two differ in what
 * is wrong. Most ask at the same address.
 */
export type Pair = {
  /** What the wrong one does. */
  what: string;
  /** Where it is from. */
  from: string;
  /** What is there before, as requests that have to work. */
  given?: readonly Step[];
  ask: string;
  wrongAsk?: string;
  wrong?: object;
  right?: object;
  /** The HTTP status of the refusal, 400 unless it is another. */
  status?: number;
  says: RegExp;
};

export { PROJECT };

export type Step = readonly [ask: string, body?: object];

export const REGION = `projects/${PROJECT}/locations/us-central1`;
export const PROJECTS = `projects/${PROJECT}`;
export const HELLO = "us-docker.pkg.dev/cloudrun/container/hello";
