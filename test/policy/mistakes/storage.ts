import type { BenchmarkRule } from "../../../policy/benchmarks";
import { good } from "../good";
import { beside, type Mistake } from "./mistake";

const bucket = (title: string, rule: string, change: object, from?: BenchmarkRule): Mistake => ({
  ...{ title, rule, changed: { bucket: { ...good.bucket, ...change } } },
  ...(from ? { from } : {}),
});

const unprotected = (title: string, type: string, from?: BenchmarkRule): Mistake =>
  beside({ title, rule: "deletion-protection", ...(from ? { from } : {}) }, type, { deletionProtection: false });

const KEY = "gcp:kms/cryptoKey:CryptoKey";

/** What keeps data. */
export const storage: Mistake[] = [
  bucket("a bucket that can be opened", "bucket-private", { publicAccessPrevention: "inherited" }, "CKV_GCP_114"),
  bucket("a bucket with lists for each object", "bucket-uniform", { uniformBucketLevelAccess: false }, "CKV_GCP_29"),
  bucket("a bucket that forgets", "bucket-versions", { versioning: undefined }, "CKV_GCP_78"),
  bucket("a bucket that goes with all in it", "bucket-not-force-destroyed", { forceDestroy: true }),
  unprotected("a table that may be deleted", "gcp:bigquery/table:Table", "CKV_GCP_121"),
  unprotected("a Spanner database that may be deleted", "gcp:spanner/database:Database", "CKV_GCP_119"),
  unprotected("a Bigtable that may be deleted", "gcp:bigtable/instance:Instance", "CKV_GCP_122"),
  beside({ title: "a key that is never rotated", rule: "kms-rotation", from: "CKV_GCP_43" }, KEY, { name: "key" }),
  beside({ title: "a key that is rotated once a year", rule: "kms-rotation", from: "GCP-0065" }, KEY, {
    rotationPeriod: "31536000s",
  }),
];
