/** Pulumi's type tokens of the resources that rules judge. */
export const SERVICE = "gcp:cloudrunv2/service:Service";
export const JOB = "gcp:cloudrunv2/job:Job";
export const WORKER_POOL = "gcp:cloudrunv2/workerPool:WorkerPool";
export const RUNS_CONTAINERS = [SERVICE, JOB, WORKER_POOL] as const;

export const SQL_INSTANCE = "gcp:sql/databaseInstance:DatabaseInstance";
export const SQL_USER = "gcp:sql/user:User";
export const REDIS = "gcp:redis/instance:Instance";

export const SECRET = "gcp:secretmanager/secret:Secret";
export const SECRET_VERSION = "gcp:secretmanager/secretVersion:SecretVersion";

export const SERVICE_ACCOUNT_KEY = "gcp:serviceaccount/key:Key";
export const PROJECT_MEMBER = "gcp:projects/iAMMember:IAMMember";
export const PROJECT_BINDING = "gcp:projects/iAMBinding:IAMBinding";
export const PROJECT_POLICY = "gcp:projects/iAMPolicy:IAMPolicy";
/** Permissions to call a service. */
export const SERVICE_MEMBERS = [
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  "gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding",
] as const;
/** Permissions on anything else. */
export const OTHER_MEMBERS = [
  PROJECT_MEMBER,
  PROJECT_BINDING,
  "gcp:secretmanager/secretIamMember:SecretIamMember",
  "gcp:secretmanager/secretIamBinding:SecretIamBinding",
  "gcp:storage/bucketIAMMember:BucketIAMMember",
  "gcp:storage/bucketIAMBinding:BucketIAMBinding",
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
  "gcp:cloudrunv2/jobIamMember:JobIamMember",
] as const;

export const REPOSITORY = "gcp:artifactregistry/repository:Repository";
export const REGISTRY_IMAGE = "docker:index/registryImage:RegistryImage";
export const BUCKET = "gcp:storage/bucket:Bucket";

export const ALERT_POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";
export const UPTIME_CHECK = "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig";
