/**
 * Kinds of resources, by patterns over Pulumi's type tokens: they hold for every version of an API, and for what a person
 * adds beside the catalogue or in another program.
 */
export const SERVICE = /^gcp:cloudrun(v2)?\/service:/;
export const JOB = /^gcp:cloudrunv2\/job:/;
export const WORKER_POOL = /^gcp:cloudrunv2\/workerPool:/;
export const RUNS_CONTAINERS = /^gcp:cloudrun(v2)?\/(service|job|workerPool):/;
export const FUNCTION = /^gcp:cloudfunctions(v2)?\/function:/;
export const EVERYTHING = /^/;

export const SQL_INSTANCE = /^gcp:sql\/databaseInstance:/;
export const SQL_USER = /^gcp:sql\/user:/;
export const REDIS = /^gcp:(redis|memorystore)\/(instance|cluster):/;
export const SECRET_VERSION = /^gcp:secretmanager\/(regionalSecret|secret)Version:/;

/** Members, bindings and policies of whatever Google Cloud gives roles on: 474 types (provider 9.37). */
export const GRANT = /^gcp:[^:]+iam(Member|Binding|Policy):/i;
/** The same on all of a project, folder, organization or billing account. */
export const WIDE_GRANT = /^gcp:(projects|folder|organizations)\/iam(Member|Binding|Policy):|^gcp:billing\/accountIam/i;
/** Who may call a service or a function. */
export const CALLERS =
  /^gcp:(cloudrun\/iam|cloudrunv2\/serviceIam|cloudfunctions(v2)?\/functionIam)(Member|Binding|Policy):/i;
/** Access lists, which are older than roles. */
export const ACCESS_LIST = /^gcp:storage\/[^:]*(ACL|AccessControl):|^gcp:bigquery\/(datasetAccess|dataset):/;

export const SERVICE_ACCOUNT_KEY = /^gcp:(serviceaccount\/key|storage\/hmacKey):/;
export const IDENTITY_PROVIDER = /^gcp:iam\/work(load|force)(Identity)?PoolProvider:/;

export const REPOSITORY = /^gcp:artifactregistry\/repository:/;
export const REGISTRY_IMAGE = /^docker:index\/registryImage:/;
export const BUCKET = /^gcp:storage\/bucket:/;

export const ALERT_POLICY = /^gcp:monitoring\/alertPolicy:/;
export const UPTIME_CHECK = /^gcp:monitoring\/uptimeCheckConfig:/;
