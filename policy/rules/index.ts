import type { Rule } from "../rule";
import { accessRules } from "./access";
import { clusterRules } from "./clusters";
import { connectionRules } from "./connections";
import { containerRules } from "./containers";
import { databaseRules } from "./databases";
import { flagRules } from "./flags";
import { labelRules } from "./labels";
import { networkRules } from "./network";
import { publicRules } from "./public";
import { registryRules } from "./registry";
import { scalingRules } from "./scaling";
import { secretRules } from "./secrets";
import { storageRules } from "./storage";
import { userRules } from "./users";
import { variableRules } from "./variables";
import { watchingRules } from "./watching";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [
  ...containerRules,
  ...secretRules,
  ...variableRules,
  ...scalingRules,
  ...publicRules,
  ...accessRules,
  ...databaseRules,
  ...flagRules,
  ...userRules,
  ...connectionRules,
  ...storageRules,
  ...registryRules,
  ...networkRules,
  ...clusterRules,
  ...watchingRules,
  ...labelRules,
];
