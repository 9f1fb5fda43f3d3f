import type { Rule } from "../rule";
import { accessRules } from "./access";
import { containerRules } from "./containers";
import { databaseRules } from "./databases";
import { labelRules } from "./labels";
import { registryRules } from "./registry";
import { scalingRules } from "./scaling";
import { watchingRules } from "./watching";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [
  ...containerRules,
  ...scalingRules,
  ...databaseRules,
  ...accessRules,
  ...registryRules,
  ...watchingRules,
  ...labelRules,
];
