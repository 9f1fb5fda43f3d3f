import { RECORD_TYPE } from "../../infra/plan/published";
import { STACK_LABEL } from "../../infra/targets/gcp/labels";
import { at, isMissing, type Rule } from "../rule";

/** Where each kind keeps its labels. */
const PATHS: readonly [kind: RegExp, path: string][] = [
  [/^gcp:cloudrunv2\/(service|job|workerPool):/, "labels"],
  [/^gcp:(secretmanager\/secret|artifactregistry\/repository|storage\/bucket|redis\/instance):/, "labels"],
  [/^gcp:sql\/databaseInstance:/, "settings.userLabels"],
  [/^gcp:monitoring\/(alertPolicy|uptimeCheckConfig|notificationChannel):/, "userLabels"],
];

/** Rules on labels, by which bills, searches and clean-ups find resources. */
export const labelRules: readonly Rule[] = [
  {
    name: "labelled",
    description: `Whatever can be labelled in a stack of this project has the label ${STACK_LABEL}.`,
    stackMistakes: (resources) =>
      resources.some(({ type }) => type === RECORD_TYPE)
        ? resources.flatMap((about) => {
            const [, path] = PATHS.find(([kind]) => kind.test(about.type)) ?? [];
            if (path === undefined || !isMissing(at(about.props, `${path}.${STACK_LABEL}`))) return [];
            const message = `it does not say which stack it belongs to; set ${path} to the labels of infra/targets/gcp/labels.ts`;
            return [{ about, message }];
          })
        : [],
  },
];
