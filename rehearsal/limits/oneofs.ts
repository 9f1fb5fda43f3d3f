import { readFileSync } from "node:fs";
import { join } from "node:path";
import { snakeCase } from "../discovery/normalise";
import type { FieldViolation } from "../errors";
import { own } from "../own";
import type { Visited } from "./walk";

/** By document and message, the fields that exclude each other, with their source and date (update-oneofs.ts). */
type Oneofs = { oneofs: Record<string, Record<string, Record<string, string[]>>> };

const { oneofs } = JSON.parse(readFileSync(join(import.meta.dirname, "oneofs.json"), "utf8")) as Oneofs;

/**
 * The oneofs of which a request has to set a member, because Google's references say "Required" or "must be set" of the
 * union. Dated 2026-11-29, from the references of the REST APIs: projects.secrets (Replication), projects.alertPolicies
 * (Condition), projects.uptimeCheckConfigs.
 */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "secretmanager.v1 Replication": ["replication"],
  "monitoring.v3 Condition": ["condition"],
};

/** Two members of a oneof at once, in the words of Google's front end, and none of one that is needed. */
export const oneofProblems = ({ document, schema, message, at }: Visited): FieldViolation[] => {
  const groups = Object.entries(own(own(oneofs, document), schema) ?? {});
  return groups.flatMap(([oneof, members]) => {
    const [first, ...more] = Object.keys(message).filter((key) => members.includes(key));
    const field = at();
    if (first === undefined && own(NEEDED, `${document} ${schema}`)?.includes(oneof))
      return [
        {
          field: at(oneof),
          description: `Required oneof field '${at(oneof)}' is not set; one of ${members.map(snakeCase).join(", ")} must be set.`,
        },
      ];
    return more.map((key) => ({
      field,
      description: `Invalid value at '${field}' (oneof), oneof field '${oneof}' is already set. Cannot set '${key}'`,
    }));
  });
};
