import { cloudRun } from "./cloud-run";
import { databases } from "./databases";
import type { Mistake } from "./mistake";
import { project } from "./project";

/** One mistake at a time: each rule finds at least one of them. */
export const mistakes: Mistake[] = [...cloudRun, ...databases, ...project];
