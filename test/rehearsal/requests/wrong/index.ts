import type { Example } from "../example";
import { cloudRun } from "./cloud-run";
import { otherApis } from "./other-apis";

/** What Google refuses before any API sees it. */
export const wrong: Example[] = [...cloudRun, ...otherApis];
