import { uptime } from "./uptime";
import { sqlChanges } from "./sql-changes";
import { runVolumes } from "./run-volumes";
import { runJobs } from "./run-jobs";
import { iam } from "./iam";
import { monitoring } from "./monitoring";
import type { Pair } from "./pair";
import { redis } from "./redis";
import { scheduler } from "./scheduler";
import { runResources } from "./run-resources";
import { runTemplates } from "./run-template";
import { secrets } from "./secrets";
import { services } from "./services";
import { sql } from "./sql";

export const corpus: readonly Pair[] = [
  ...runTemplates,
  ...runResources,
  ...secrets,
  ...iam,
  ...services,
  ...sql,
  ...redis,
  ...monitoring,
  ...runJobs,
  ...runVolumes,
  ...sqlChanges,
  ...uptime,
  ...scheduler,
];
