import { at, isFalse, isNotTrue, isTrue, secondsOf, setting, textAt, when, type Rule } from "../rule";
import { BUCKET } from "../types";

const NINETY_DAYS_S = 90 * 86_400;

/** Holds data, and takes it along when it is deleted. Others (machines, networks) are made again. */
const HOLDS_DATA =
  /^gcp:(spanner|bigtable|bigquery|alloydb|memorystore|container|filestore)\/(database|instance|cluster|table):/;

/** Rules on what keeps data, and on the keys that encrypt it. */
export const storageRules: readonly Rule[] = [
  setting({
    name: "bucket-private",
    description: "A bucket cannot be opened to everyone.",
    covers: ["CKV_GCP_114"],
    types: BUCKET,
    path: "publicAccessPrevention",
    isWrong: (value) => value !== "enforced",
    say: "it can be opened to everyone; set publicAccessPrevention to enforced",
  }),
  setting({
    name: "bucket-uniform",
    description: "Roles alone say who reads a bucket, no access list of a single object.",
    covers: ["CKV_GCP_29", "GCP-0002", "CIS 5.2"],
    types: BUCKET,
    path: "uniformBucketLevelAccess",
    isWrong: isNotTrue,
    say: "single objects can be opened by access lists; set uniformBucketLevelAccess to true",
  }),
  setting({
    name: "bucket-versions",
    description: "What is overwritten or deleted in a bucket can be had back.",
    covers: ["CKV_GCP_78", "GCP-0078"],
    types: BUCKET,
    path: "versioning.enabled",
    isWrong: isNotTrue,
    say: "what is overwritten is gone; set versioning.enabled to true, with a lifecycle rule for old versions",
  }),
  setting({
    name: "bucket-not-force-destroyed",
    description: "A bucket that holds something is not deleted.",
    types: BUCKET,
    path: "forceDestroy",
    isWrong: isTrue,
    say: "it is deleted with all that is in it; take forceDestroy out",
    guardsData: true,
  }),
  {
    name: "deletion-protection",
    description: "What holds data is not deleted by mistake.",
    covers: ["CKV_GCP_119", "CKV_GCP_121", "CKV_GCP_122"],
    types: HOLDS_DATA,
    guardsData: true,
    mistakes: ({ props }) =>
      when(
        [at(props, "deletionProtection"), at(props, "deletionProtectionEnabled")].some(
          (value) => isFalse(value) || value === "UNPROTECTED",
        ),
        "Pulumi may delete it; set deletionProtection to true",
      ),
  },
  {
    name: "kms-rotation",
    description: "A key is rotated at least every 90 days.",
    covers: ["CKV_GCP_43", "GCP-0065", "CIS 1.10"],
    types: /^gcp:kms\/cryptoKey:/,
    mistakes: ({ props }) => {
      const period = secondsOf(at(props, "rotationPeriod"));
      return when(
        /^(ENCRYPT_DECRYPT)?$/.test(textAt(props, "purpose") ?? "") &&
          !(period !== undefined && period <= NINETY_DAYS_S),
        `what one version encrypted grows without end; set rotationPeriod to ${NINETY_DAYS_S}s or less`,
      );
    },
  },
];
