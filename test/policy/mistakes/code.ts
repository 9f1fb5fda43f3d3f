import { excusedFrom } from "../../../infra/targets/gcp/labels";
import { good } from "../good";
import { beside, serviceWith, withVariable, type Mistake } from "./mistake";

const secret = (title: string, name: string, value: string): Mistake => ({
  title: `${title} as a plain value`,
  rule: "no-plain-secret",
  changed: withVariable({ name, value }),
});

const variable = (rule: string, name: string, value: string): Mistake => ({
  title: `${name}=${value}`,
  rule,
  changed: withVariable({ name, value }),
});

const { template } = good.job.template;
const jobWith = (change: object, of: object = {}) => ({
  job: {
    ...good.job,
    template: { template: { ...template, ...change, containers: [{ ...template.containers[0], ...of }] } },
  },
});
const timed = (timeout: string) => ({ service: { ...good.service, template: { ...good.service.template, timeout } } });
const firstApi = (container: object, spec: object = {}) => ({
  name: "old",
  metadata: { annotations: { "run.googleapis.com/ingress": "internal" } },
  template: {
    spec: {
      serviceAccountName: "old@shop.iam.gserviceaccount.com",
      containers: [
        {
          image: `europe-docker.pkg.dev/shop/prod/web@sha256:${"a".repeat(64)}`,
          resources: { limits: { cpu: "1", memory: "512Mi" } },
          startupProbe: { httpGet: { path: "/" } },
          livenessProbe: { httpGet: { path: "/" } },
          ...container,
        },
      ],
      ...spec,
    },
  },
});
const V1 = "gcp:cloudrun/service:Service";
const FUNCTION = "gcp:cloudfunctionsv2/function:Function";
const functionWith = (config: object) => ({
  serviceConfig: {
    ingressSettings: "ALLOW_INTERNAL_ONLY",
    serviceAccountEmail: "hook@shop.iam.gserviceaccount.com",
    ...config,
  },
});

/** Put together here, so that no scanner takes this file for a leak. */
const made = (...parts: string[]): string => parts.join("");

/** What containers, jobs and functions are given, and how they run. */
export const code: Mistake[] = [
  secret("a signing key", "DJANGO_KEY", "k3-for-signing"),
  secret("a password by another name", "SMTP_PASS", "hunter2"),
  secret("credentials", "MAIL_CREDENTIALS", "ana:hunter2"),
  secret("a DSN", "SENTRY_DSN", "0f1e2d3c@sentry"),
  secret("random letters under an innocent name", "FEATURE_X", made("q7Zp", "2LmX", "v9Kd", "B4tY", "w8Rn", "c3Hs")),
  secret("a cloud's key under an innocent name", "BACKUP_USER", made("AKIA", "ABCDEFGHIJKLMNOP")),
  secret("a private key", "SIGNER", made("-----BEGIN ", "PRIVATE KEY-----\nMIIE\n")),
  secret("a token that signs itself", "SESSION", made("eyJhbGciOiJI", "UzI1NiJ9", ".eyJzdWIiOiIxMjM0", ".c2ln")),
  {
    title: "a password as an argument",
    rule: "no-secret-argument",
    changed: jobWith({}, { args: ["python", "manage.py", "migrate", "--password=hunter2"] }),
  },
  {
    title: "a password in a shell's command",
    rule: "no-secret-argument",
    changed: jobWith({}, { commands: ["sh", "-c", "PGPASSWORD=hunter2 psql -f migrate.sql"] }),
  },
  beside(
    { title: "a password in the first Cloud Run API", rule: "no-plain-secret" },
    V1,
    firstApi({ envs: [{ name: "DB_PASSWORD", value: "hunter2" }] }),
  ),
  beside(
    { title: "a password of a function", rule: "no-plain-secret" },
    FUNCTION,
    functionWith({ environmentVariables: { DB_PASSWORD: "hunter2" } }),
  ),
  beside(
    { title: "a password in a machine's start script", rule: "no-secret-argument" },
    "gcp:compute/instance:Instance",
    { metadataStartupScript: "docker run -e DB_PASSWORD=hunter2 web" },
  ),
  variable("debug-off", "DEBUG", "True"),
  variable("debug-off", "DJANGO_DEBUG", "1"),
  variable("debug-off", "ENVIRONMENT", "development"),
  variable("hosts-named", "ALLOWED_HOSTS", "*"),
  variable("hosts-named", "DJANGO_ALLOWED_HOSTS", "shop.example.com, *"),
  variable("hosts-named", "CORS_ALLOW_ALL_ORIGINS", "True"),
  variable("hosts-named", "CSRF_TRUSTED_ORIGINS", "https://*"),
  { title: "a request that may take an hour", rule: "run-timeout", changed: timed("3600s") },
  { title: "a job that may take a day", rule: "run-timeout", changed: jobWith({ timeout: "86400s" }) },
  beside(
    { title: "an hour in the first Cloud Run API", rule: "run-timeout" },
    V1,
    firstApi({}, { timeoutSeconds: 3600 }),
  ),
  { title: "a migration that Google tries again", rule: "run-migration-once", changed: jobWith({ maxRetries: 3 }) },
  {
    title: "a migration with Google's default of tries",
    rule: "run-migration-once",
    changed: jobWith({ maxRetries: undefined }),
  },
  { title: "a worker without a probe", rule: "run-worker-probe", changed: { pool: { ...good.pool, annotations: {} } } },
  {
    title: "a worker beside the web, without CPU between requests",
    rule: "run-background-has-cpu",
    changed: serviceWith({ commands: ["celery", "-A", "config", "worker"] }),
  },
  {
    title: "an account that a worker shares with the web",
    rule: "run-account-not-shared",
    changed: {
      pool: { ...good.pool, template: { ...good.pool.template, serviceAccount: good.service.template.serviceAccount } },
    },
  },
  beside(
    { title: "a function as the default account", rule: "run-own-service-account" },
    FUNCTION,
    functionWith({ serviceAccountEmail: undefined }),
  ),
  {
    title: "a service that is not public and open to the internet",
    rule: "run-ingress",
    changed: { member: { ...good.member, member: "serviceAccount:a@shop.iam.gserviceaccount.com" } },
  },
  {
    title: "an excuse from another rule",
    rule: "run-ingress",
    changed: {
      member: { ...good.member, member: "serviceAccount:a@shop.iam.gserviceaccount.com" },
      service: { ...good.service, annotations: excusedFrom("run-timeout", "it is slow") },
    },
  },
  beside(
    { title: "a function that is open to the internet", rule: "run-ingress", from: "CKV_GCP_124" },
    FUNCTION,
    functionWith({ ingressSettings: "ALLOW_ALL" }),
  ),
  beside(
    { title: "a function that anyone may call", rule: "run-public-with-reason", from: "CKV_GCP_107" },
    "gcp:cloudfunctions/functionIamMember:FunctionIamMember",
    { cloudFunction: "hook", role: "roles/cloudfunctions.invoker", member: "allUsers" },
  ),
  beside(
    { title: "a service of the first API that anyone may call", rule: "run-public-with-reason", from: "CKV_GCP_102" },
    "gcp:cloudrun/iamPolicy:IamPolicy",
    {
      service: "old",
      policyData: JSON.stringify({ bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }] }),
    },
  ),
  { title: "a stack that alerts nobody", rule: "stack-watched", changed: { alert: undefined } },
  { title: "a public service that nothing asks from outside", rule: "stack-watched", changed: { uptime: undefined } },
];
