import type { BenchmarkRule } from "../../../policy/benchmarks";
import { good } from "../good";
import { beside, type Mistake } from "./mistake";

const SOMEBODY = "serviceAccount:a@shop.iam.gserviceaccount.com";
const DEFAULT = "serviceAccount:123456-compute@developer.gserviceaccount.com";

type Given = { title: string; rule: string; from?: BenchmarkRule; type: string; role: string; member?: string };

const given = ({ type, role, member = SOMEBODY, ...of }: Given): Mistake => beside(of, type, { role, member });

const open = (from: BenchmarkRule | undefined, title: string, type: string, member = "allUsers"): Mistake =>
  given({ title, rule: "iam-not-for-everyone", type, role: "roles/some.reader", member, ...(from ? { from } : {}) });

const list = (title: string, type: string, props: object, from?: BenchmarkRule): Mistake =>
  beside({ title, rule: "list-not-for-everyone", ...(from ? { from } : {}) }, type, { ...props });

const provider = (title: string, props: object, from?: BenchmarkRule): Mistake =>
  beside({ title, rule: "identity-provider-condition", ...(from ? { from } : {}) }, PROVIDER, { ...props });

const PROJECT = "gcp:projects/iAMMember:IAMMember";
const FOLDER = "gcp:folder/iAMMember:IAMMember";
const ORGANIZATION = "gcp:organizations/iAMMember:IAMMember";
const PROVIDER = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";
const GITHUB = { oidc: { issuerUri: "https://token.actions.githubusercontent.com" } };

/** Who gets which role, and who signs in. */
export const access: Mistake[] = [
  given({
    title: "Owner of the project",
    rule: "iam-no-basic-role",
    from: "CKV_GCP_117",
    type: PROJECT,
    role: "roles/owner",
  }),
  given({
    title: "Editor of a folder",
    rule: "iam-no-basic-role",
    from: "CKV_GCP_116",
    type: FOLDER,
    role: "roles/editor",
  }),
  given({
    title: "Viewer of the organization",
    rule: "iam-no-basic-role",
    from: "CKV_GCP_115",
    type: ORGANIZATION,
    role: "roles/viewer",
  }),
  given({
    title: "Editor of one bucket",
    rule: "iam-no-basic-role",
    type: "gcp:storage/bucketIAMMember:BucketIAMMember",
    role: "roles/editor",
  }),
  given({
    title: "every secret of the project",
    rule: "iam-wide-roles",
    type: PROJECT,
    role: "roles/secretmanager.secretAccessor",
  }),
  given({
    title: "every account of the project",
    rule: "iam-wide-roles",
    from: "CKV_GCP_49",
    type: PROJECT,
    role: "roles/iam.serviceAccountTokenCreator",
  }),
  given({
    title: "a person as every account",
    rule: "iam-wide-roles",
    from: "CKV_GCP_41",
    type: PROJECT,
    role: "roles/iam.serviceAccountUser",
    member: "user:ana@example.com",
  }),
  given({
    title: "every account of a folder",
    rule: "iam-wide-roles",
    from: "CKV_GCP_44",
    type: FOLDER,
    role: "roles/iam.serviceAccountUser",
  }),
  given({
    title: "every account of the organization",
    rule: "iam-wide-roles",
    from: "CKV_GCP_45",
    type: ORGANIZATION,
    role: "roles/iam.serviceAccountAdmin",
  }),
  given({
    title: "all of Cloud SQL",
    rule: "iam-wide-roles",
    from: "GCP-0007",
    type: PROJECT,
    role: "roles/cloudsql.admin",
  }),
  given({
    title: "a custom role over the project",
    rule: "iam-wide-roles",
    type: PROJECT,
    role: "projects/shop/roles/everything",
  }),
  given({
    title: "a billing account",
    rule: "iam-wide-roles",
    type: "gcp:billing/accountIamMember:AccountIamMember",
    role: "roles/billing.admin",
  }),
  given({
    title: "every database without a condition",
    rule: "iam-condition",
    type: PROJECT,
    role: "roles/cloudsql.client",
  }),
  {
    title: "a condition that is always true",
    rule: "iam-condition",
    changed: { projectMember: { ...good.projectMember, condition: { title: "all", expression: "true" } } },
  },
  beside(
    { title: "a policy for the whole project", rule: "iam-not-authoritative" },
    "gcp:projects/iAMPolicy:IAMPolicy",
    { policyData: "{}" },
  ),
  beside(
    { title: "a binding for the whole project", rule: "iam-not-authoritative" },
    "gcp:projects/iAMBinding:IAMBinding",
    { role: "roles/logging.logWriter", members: [SOMEBODY] },
  ),
  given({
    title: "a default account over the project",
    rule: "iam-no-default-account",
    from: "CKV_GCP_46",
    type: PROJECT,
    role: "roles/logging.logWriter",
    member: DEFAULT,
  }),
  given({
    title: "a default account over the organization",
    rule: "iam-no-default-account",
    from: "CKV_GCP_47",
    type: ORGANIZATION,
    role: "roles/logging.logWriter",
    member: DEFAULT,
  }),
  given({
    title: "a default account over a folder",
    rule: "iam-no-default-account",
    from: "CKV_GCP_48",
    type: FOLDER,
    role: "roles/logging.logWriter",
    member: DEFAULT,
  }),
  given({
    title: "a private person",
    rule: "iam-no-private-person",
    from: "GCP-0069",
    type: "gcp:kms/keyRingIAMMember:KeyRingIAMMember",
    role: "roles/cloudkms.viewer",
    member: "user:ana@gmail.com",
  }),
  given({
    title: "every repository of GitHub",
    rule: "iam-not-a-whole-pool",
    type: "gcp:serviceaccount/iAMMember:IAMMember",
    role: "roles/iam.workloadIdentityUser",
    member: "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/*",
  }),
  beside({ title: "an exported key", rule: "iam-no-exported-key", from: "CIS 1.4" }, "gcp:serviceaccount/key:Key"),
  beside({ title: "a key for a bucket's old API", rule: "iam-no-exported-key" }, "gcp:storage/hmacKey:HmacKey"),
  provider("a provider without a condition", GITHUB, "CKV_GCP_118"),
  provider("GitHub with a condition that is none", { ...GITHUB, attributeCondition: "true" }, "CKV_GCP_125"),
  beside(
    { title: "a person whom audit logs leave out", rule: "audit-logs-complete", from: "CIS 2.1" },
    "gcp:projects/iAMAuditConfig:IAMAuditConfig",
    {
      service: "allServices",
      auditLogConfigs: [{ logType: "DATA_READ", exemptedMembers: ["user:ana@example.com"] }],
    },
  ),
  {
    title: "a secret for everyone",
    rule: "iam-not-for-everyone",
    changed: { accessor: { ...good.accessor, member: "allAuthenticatedUsers" } },
  },
  open("CKV_GCP_28", "a bucket for everyone", "gcp:storage/bucketIAMMember:BucketIAMMember"),
  open("CKV_GCP_98", "a Dataproc cluster for everyone", "gcp:dataproc/clusterIAMMember:ClusterIAMMember"),
  open("CKV_GCP_99", "a topic for everyone", "gcp:pubsub/topicIAMMember:TopicIAMMember"),
  open("CKV_GCP_100", "a table for everyone", "gcp:bigquery/iamMember:IamMember", "allAuthenticatedUsers"),
  open("CKV_GCP_101", "a repository for everyone", "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"),
  open("CKV_GCP_112", "a key for everyone", "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"),
  open(undefined, "a job for everyone", "gcp:cloudrunv2/jobIamMember:JobIamMember"),
  open(undefined, "an account for everyone", "gcp:serviceaccount/iAMMember:IAMMember"),
  open(undefined, "a queue for everyone", "gcp:cloudtasks/queueIamMember:QueueIamMember"),
  beside(
    { title: "a binding for everyone", rule: "iam-not-for-everyone", from: "GCP-0001" },
    "gcp:storage/bucketIAMBinding:BucketIAMBinding",
    { role: "roles/storage.objectViewer", members: [SOMEBODY, "allUsers"] },
  ),
  beside(
    { title: "a policy for everyone", rule: "iam-not-for-everyone", from: "CIS 5.1" },
    "gcp:storage/bucketIAMPolicy:BucketIAMPolicy",
    {
      policyData: JSON.stringify({ bindings: [{ role: "roles/storage.objectViewer", members: ["allUsers"] }] }),
    },
  ),
  list("an old access list for everyone", "gcp:storage/bucketACL:BucketACL", {
    roleEntities: ["OWNER:project-owners-1", "READER:allUsers"],
  }),
  list("a predefined list for everyone", "gcp:storage/objectACL:ObjectACL", { predefinedAcl: "publicRead" }),
  list("an entry of a list for everyone", "gcp:storage/bucketAccessControl:BucketAccessControl", {
    role: "READER",
    entity: "allAuthenticatedUsers",
  }),
  list(
    "a data set for everyone",
    "gcp:bigquery/dataset:Dataset",
    { accesses: [{ role: "READER", specialGroup: "allAuthenticatedUsers" }] },
    "CKV_GCP_15",
  ),
];
