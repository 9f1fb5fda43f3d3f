import { isObject } from "../discovery/normalise";
import type { FieldViolation } from "../errors";
import type { Visited } from "./walk";

/** https://cloud.google.com/resource-manager/docs/labels-overview#requirements (2026-11-29) */
const KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const MOST = 64;

/** The labels of resources, which all products have alike; Monitoring's channels and Logging's entries have others. */
const LABELLED = ["artifactregistry", "cloudresourcemanager", "redis", "run", "secretmanager", "sqladmin"];

/** Cloud Run's documents refuse these namespaces in labels and annotations. */
const RESERVED = ["run.googleapis.com", "cloud.googleapis.com", "serving.knative.dev", "autoscaling.knative.dev"];

/** In Compute Engine's words, as products say it: https://github.com/GoogleCloudPlatform/magic-modules/pull/8670 */
const REST = "International characters are allowed.";

export const labelProblems = ({ document, message, at }: Visited): FieldViolation[] => {
  const [api = ""] = document.split(".");
  if (!LABELLED.includes(api)) return [];
  return [
    ...["labels", "userLabels"].flatMap((key) => inLabels(message[key], at(key))),
    ...(api === "run" ? inAnnotations(message["annotations"], at("annotations")) : []),
  ];
};

const inLabels = (labels: unknown, field: string): FieldViolation[] => {
  if (!isObject(labels)) return [];
  const entries = Object.entries(labels);
  const said = (description: string): FieldViolation => ({ field, description });
  return [
    ...(entries.length > MOST
      ? [said(`A resource can have at most ${MOST} labels, and this one has ${entries.length}.`)]
      : []),
    ...entries
      .filter(([key]) => !KEY.test(key))
      .map(([key]) =>
        said(
          `Label key '${key}' violates format constraints. The key must start with a lowercase character, can only contain lowercase letters, numeric characters, underscores and dashes. The key can be at most 63 characters long. ${REST}`,
        ),
      ),
    ...entries
      .filter(([, value]) => typeof value === "string" && !VALUE.test(value))
      .map(([key, value]) =>
        said(
          `Label value '${String(value)}' of '${key}' violates format constraints. The value can only contain lowercase letters, numeric characters, underscores and dashes. The value can be at most 63 characters long. ${REST}`,
        ),
      ),
  ];
};

const inAnnotations = (annotations: unknown, field: string): FieldViolation[] =>
  Object.keys(isObject(annotations) ? annotations : {})
    .filter((key) => RESERVED.some((name) => key.startsWith(`${name}/`)))
    .map((key) => ({
      field,
      description: `Annotation '${key}' is in a namespace that Cloud Run API v2 does not support.`,
    }));
