import type { Example } from "../example";
import { cloudRun } from "./cloud-run";
import { otherApis } from "./other-apis";

/** What Google takes. */
export const right: Example[] = [...cloudRun, ...otherApis];
