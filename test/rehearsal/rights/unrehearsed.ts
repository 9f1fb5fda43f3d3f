import { projectResource } from "../../../rehearsal/grants";
import type { Demand } from "../../../rehearsal/rights/demands";
import { METHOD_PERMISSIONS } from "../../../rehearsal/rights/methods";
import { PROJECT } from "../cloud";
import { REVIEW_PROJECT } from "./review-account";
import type { Account, Right } from "./team";

/** A request that the rehearsal cannot answer, written down by hand from where it was read. */
type Unrehearsed = { method: string; on: Right["on"]; demands: Demand[] };

const asked = (on: Right["on"], method: string, permissions = METHOD_PERMISSIONS[method] ?? []): Unrehearsed => ({
  method,
  on,
  demands: permissions.map((permission) => ({ permission, resources: [projectResource(PROJECT)] })),
});

/** Pulumi's backend in a bucket (pkg/backend/diy of 3.250.0): it lists and reads to preview; a lock is made and deleted. */
const reads = [
  asked("bucket", "storage.objects.list", ["storage.objects.list"]),
  asked("bucket", "storage.objects.get", ["storage.objects.get"]),
];
const locks = [
  asked("bucket", "storage.objects.insert", ["storage.objects.create"]),
  asked("bucket", "storage.objects.delete", ["storage.objects.delete"]),
];

/** The stack's own key is decrypted once a command, and encrypted only when it is made (pkg/secrets/cloud of 3.250.0). */
const decrypts = [
  asked("key", "cloudkms.projects.locations.keyRings.cryptoKeys.decrypt", ["cloudkms.cryptoKeyVersions.useToDecrypt"]),
];

/** The plugin's requests for what the rehearsal has no API of (terraform-provider-google of 2026-08-28). */
const redis = (...methods: string[]) =>
  methods.map((method) => asked("project", `redis.projects.locations.instances.${method}`));
const workerPools = (...methods: string[]) =>
  methods.map((method) => asked("project", `run.projects.locations.workerPools.${method}`));

/**
 * What an update asks for a job that migrates, and where a backup comes first (infra/targets/gcp/google.ts, backups.ts): the
 * update that was recorded is of a time before.
 */
const guarded = [
  asked("project", "run.projects.locations.jobs.run", ["run.jobs.run", "run.jobs.runWithOverrides"]),
  ...["run.projects.locations.jobs.executions.tasks.list", "sql.backupRuns.insert", "sql.operations.get"].map(
    (method) => asked("project", method),
  ),
];

/** What a review asks where its systems have workers and people may call it, besides what reviews.json has of leads. */
export const UNREHEARSED_REVIEW: Unrehearsed[] = [
  ...[...reads, ...locks, ...decrypts],
  ...workerPools("create", "get", "patch", "delete"),
  ...["getIamPolicy", "setIamPolicy"].map((method) => asked("project", `run.projects.locations.services.${method}`)),
  ...guarded,
].map(({ demands, ...one }) => ({
  ...one,
  demands: demands.map(({ permission }) => ({ permission, resources: [projectResource(REVIEW_PROJECT)] })),
}));

export const UNREHEARSED: Record<Account, Unrehearsed[]> = {
  "check.yml": [...reads, ...decrypts],
  "drift.yml": [...reads, ...decrypts, ...redis("get", "getAuthString"), ...workerPools("get")],
  "deploy.yml": [
    ...[...reads, ...locks, ...decrypts],
    ...redis("create", "get", "getAuthString", "patch", "delete"),
    ...workerPools("create", "get", "patch", "delete"),
    ...guarded,
  ],
};
