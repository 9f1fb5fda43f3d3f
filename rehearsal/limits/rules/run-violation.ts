import type { FieldViolation } from "../../errors";
import type { Visited } from "../walk";

/**
 * What Cloud Run refuses and no document marks: https://cloud.google.com/run/docs/configuring (2026-11-29). The form of the
 * words is that of github.com/goblet/goblet/issues/287.
 */
export const violation = (of: Visited, key: string, what: string): FieldViolation => {
  const field = of.at(key);
  return { field, description: `Violation in ${of.request}.${field}: ${what}.` };
};
