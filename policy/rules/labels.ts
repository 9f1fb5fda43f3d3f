import { STACK_LABEL } from "../../infra/targets/gcp/labels";
import { at, isMissing, when, type Rule } from "../rule";

/** Where each kind keeps its labels. */
const PATHS: readonly [kind: RegExp, path: string][] = [
  [/^gcp:cloudrunv2\/(service|job|workerPool):/, "labels"],
  [/^gcp:(secretmanager\/secret|artifactregistry\/repository|storage\/bucket|redis\/instance):/, "labels"],
  [/^gcp:sql\/databaseInstance:/, "settings.userLabels"],
  [/^gcp:monitoring\/(alertPolicy|uptimeCheckConfig|notificationChannel):/, "userLabels"],
];

const KINDS = new RegExp(PATHS.map(([kind]) => kind.source).join("|"));

/** Rules on labels, by which bills, searches and clean-ups find resources. */
export const labelRules: readonly Rule[] = [
  {
    name: "labelled",
    description: `Whatever can be labelled in a stack of this project has the label ${STACK_LABEL}.`,
    isOurs: true,
    types: KINDS,
    mistakes: ({ type, props }) => {
      const [, path] = PATHS.find(([kind]) => kind.test(type)) ?? [];
      return when(
        isMissing(at(props, `${path}.${STACK_LABEL}`)),
        `it does not say which stack it belongs to; set ${path} to the labels of infra/targets/gcp/labels.ts`,
      );
    },
  },
];
