import { STACK_LABEL } from "../../infra/targets/gcp/labels";
import { at, isMissing, when, type ResourceRule } from "../rule";
import { ALERT_POLICY, BUCKET, JOB, REDIS, REPOSITORY, SECRET, SERVICE, SQL_INSTANCE, WORKER_POOL } from "../types";

/** Where each type keeps its labels. */
const PATHS: Readonly<Record<string, string>> = {
  [SERVICE]: "labels",
  [JOB]: "labels",
  [WORKER_POOL]: "labels",
  [SECRET]: "labels",
  [REPOSITORY]: "labels",
  [BUCKET]: "labels",
  [REDIS]: "labels",
  [SQL_INSTANCE]: "settings.userLabels",
  [ALERT_POLICY]: "userLabels",
};

/** Rules on labels, by which bills, searches and clean-ups find resources. */
export const labelRules: readonly ResourceRule[] = [
  {
    name: "labelled",
    description: `Whatever can be labelled has the label ${STACK_LABEL}.`,
    types: Object.keys(PATHS),
    mistakes: ({ type, props }) => {
      const path = PATHS[type] ?? "labels";
      return when(
        isMissing(at(props, `${path}.${STACK_LABEL}`)),
        `it does not say which stack it belongs to; set ${path} to the labels of infra/targets/gcp/labels.ts`,
      );
    },
  },
];
