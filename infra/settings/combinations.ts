import { curedBy } from "../cures";
import type { Problem } from "../problems";
import { cloudShape } from "./cloud";
import { reviewProblems } from "./review";
import { descriptions } from "./types";
import type { Values } from "./wording";

const localKeys = ["forwardedHosts", "hotReload", "portOffset"];

/**
 * The keys in the config that work with another target alone. One may hold its default, which Pulumi hands over for
 * every key that Pulumi.yaml declares.
 */
export const keysOfOtherTargets = (written: Values): string[] => {
  const { target } = written;
  const keys = target === "gcp" ? localKeys : target === "local" ? Object.keys(cloudShape) : [];
  const isDefault = (key: string): boolean =>
    JSON.stringify(written[key]) === JSON.stringify(descriptions[key]?.default);
  return keys.filter((key) => written[key] !== undefined && !isDefault(key));
};

/** The problems of settings that are valid alone but not in combination; `foreign` comes from keysOfOtherTargets. */
export const combinationProblems = (stack: string, written: Values, foreign: readonly string[]): Problem[] => [
  ...foreign.map((key) => ({
    path: `fleet:${key}`,
    message: `works with the target ${written["target"] === "gcp" ? "local" : "gcp"} alone, and this stack's target is ${String(written["target"])}`,
    ...curedBy({ stack, key: `fleet:${key}` }),
  })),
  ...(written["target"] === "gcp" ? [...recipientProblems(written, stack), ...reviewProblems(stack, written)] : []),
];

const recipientProblems = ({ alerts, alertEmail, reviews }: Values, stack: string): Problem[] => {
  // Nobody watches a review.
  if (alerts === false || alertEmail !== undefined || Number(reviews ?? 0) > 0) return [];
  const { cure, change } = curedBy({ stack, key: "fleet:alertEmail", value: "you@example.com" });
  return [
    {
      path: "fleet:alertEmail",
      message: "is missing: alerts are on but have no recipient; allowed: an e-mail address",
      cure: `${cure}, or without alerts: ${curedBy({ stack, key: "fleet:alerts", value: "false" }).cure}`,
      change,
    },
  ];
};
