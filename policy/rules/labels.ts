import { STACK_LABEL } from "../../infra/targets/gcp/labels";
import { at, isMissing, type Resource, type Rule } from "../rule";

/** Where each kind keeps its labels. */
const PATHS: readonly [kind: RegExp, path: string][] = [
  [/^gcp:cloudrunv2\/(service|job|workerPool):/, "labels"],
  [/^gcp:(secretmanager\/secret|artifactregistry\/repository|storage\/bucket|redis\/instance):/, "labels"],
  [/^gcp:sql\/databaseInstance:/, "settings.userLabels"],
  [/^gcp:monitoring\/(alertPolicy|uptimeCheckConfig|notificationChannel):/, "userLabels"],
];

const pathOf = ({ type }: Resource): string | undefined => PATHS.find(([kind]) => kind.test(type))?.[1];

const isLabelled = (resource: Resource): boolean =>
  !isMissing(at(resource.props, `${pathOf(resource)}.${STACK_LABEL}`));

/** Rules on labels, by which bills, searches and clean-ups find resources. */
export const labelRules: readonly Rule[] = [
  {
    name: "labelled",
    description: `Whatever can be labelled in a stack of this project has the label ${STACK_LABEL}.`,
    stackMistakes: (resources) => {
      const kinds = resources.filter((resource) => pathOf(resource) !== undefined);
      // Another project has labels of its own.
      if (!kinds.some(isLabelled)) return [];
      return kinds
        .filter((resource) => !isLabelled(resource))
        .map((about) => ({
          about,
          message: `it does not say which stack it belongs to; set ${pathOf(about)} to the labels of infra/targets/gcp/labels.ts`,
        }));
    },
  },
];
