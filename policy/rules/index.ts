import type { Rule } from "../rule";
import { accessRules } from "./access";
import { connectionRules } from "./connections";
import { containerRules } from "./containers";
import { databaseRules } from "./databases";
import { labelRules } from "./labels";
import { registryRules } from "./registry";
import { scalingRules } from "./scaling";
import { userRules } from "./users";
import { watchingRules } from "./watching";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [
  ...containerRules,
  ...scalingRules,
  ...databaseRules,
  ...userRules,
  ...connectionRules,
  ...accessRules,
  ...registryRules,
  ...watchingRules,
  ...labelRules,
];
