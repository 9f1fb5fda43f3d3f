import { access } from "./access";
import { cloudRun } from "./cloud-run";
import { clusters } from "./clusters";
import { code } from "./code";
import { databases } from "./databases";
import type { Mistake } from "./mistake";
import { network } from "./network";
import { project } from "./project";
import { storage } from "./storage";

/** One mistake at a time: each rule finds at least one of them. */
export const mistakes: Mistake[] = [
  ...cloudRun,
  ...code,
  ...databases,
  ...access,
  ...storage,
  ...network,
  ...clusters,
  ...project,
];
