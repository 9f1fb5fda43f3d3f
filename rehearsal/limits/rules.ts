import { messageName } from "../discovery/normalise";
import type { FieldViolation } from "../errors";
import { own } from "../own";
import { artifactregistry } from "./rules/artifactregistry";
import { cloudscheduler } from "./rules/cloudscheduler";
import { monitoring } from "./rules/monitoring";
import { redis } from "./rules/redis";
import { run } from "./rules/run";
import { secretmanager } from "./rules/secretmanager";
import { sqladmin } from "./rules/sqladmin";
import type { Visited } from "./walk";

export type { Visited } from "./walk";

/** A rule of one message; method syntax lets each name the fields that it reads. */
type Rule = { of(visited: Visited): FieldViolation[] }["of"];

/** An API's rules by message, without Google's prefix: "RevisionTemplate". */
export type Rules = Readonly<Record<string, Rule>>;

const RULES: Readonly<Record<string, Rules>> = {
  ...{ artifactregistry, cloudscheduler, monitoring, redis, run, secretmanager, sqladmin },
};

/** What an API refuses in a message though its documents do not say so. */
export const ruleProblems = (of: Visited): FieldViolation[] => {
  const [api = ""] = of.document.split(".");
  return own(own(RULES, api), messageName(of.schema))?.(of) ?? [];
};
