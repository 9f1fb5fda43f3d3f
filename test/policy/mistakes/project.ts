import { PROJECT_POLICY, SERVICE_ACCOUNT_KEY } from "../../../policy/types";
import { good } from "../good";
import { extra, type Mistake } from "./mistake";

export const project: Mistake[] = [
  {
    title: "a basic role",
    rule: "iam-no-basic-role",
    changed: { projectMember: { ...good.projectMember, role: "roles/editor" } },
  },
  {
    title: "access to all secrets of the project",
    rule: "iam-no-project-wide-secrets",
    changed: { projectMember: { ...good.projectMember, role: "roles/secretmanager.secretAccessor" } },
  },
  { title: "a policy for the whole project", rule: "iam-no-project-policy", extra: extra(PROJECT_POLICY) },
  { title: "an exported key", rule: "iam-no-exported-key", extra: extra(SERVICE_ACCOUNT_KEY) },
  {
    title: "a secret for everyone",
    rule: "iam-not-for-everyone",
    changed: { accessor: { ...good.accessor, member: "allAuthenticatedUsers" } },
  },
  {
    title: "a bucket that can be opened",
    rule: "bucket-private",
    changed: { bucket: { ...good.bucket, publicAccessPrevention: "inherited" } },
  },
  {
    title: "a secret's version that is destroyed",
    rule: "secret-version-kept",
    changed: { version: { ...good.version, deletionPolicy: "DELETE" } },
  },
  {
    title: "a registry that only grows",
    rule: "registry-cleanup",
    changed: { repository: { ...good.repository, cleanupPolicies: [] } },
  },
  {
    title: "a clean-up that only pretends",
    rule: "registry-cleanup",
    changed: { repository: { ...good.repository, cleanupPolicyDryRun: true } },
  },
  {
    title: "an image that is deleted when the next one comes",
    rule: "registry-image-kept",
    changed: { image: { name: good.image.name } },
  },
  {
    title: "a registry whose certificate is not checked",
    rule: "registry-tls",
    changed: { image: { ...good.image, insecureSkipVerify: true } },
  },
  {
    title: "an alert without a channel",
    rule: "alert-has-channel",
    changed: { alert: { ...good.alert, notificationChannels: [] } },
  },
  { title: "an alert that is off", rule: "alert-has-channel", changed: { alert: { ...good.alert, enabled: false } } },
  {
    title: "an uptime check over plain HTTP",
    rule: "uptime-check-tls",
    changed: { uptime: { httpCheck: { path: "/health/", useSsl: false, validateSsl: false } } },
  },
  {
    title: "a secret without labels",
    rule: "labelled",
    changed: { secret: { secretId: good.secret.secretId } },
  },
];
