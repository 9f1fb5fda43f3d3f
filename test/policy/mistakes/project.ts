import { good } from "../good";
import { type Mistake } from "./mistake";

export const project: Mistake[] = [
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
  {
    title: "a registry that is not scanned",
    rule: "registry-scanned",
    changed: { repository: { ...good.repository, vulnerabilityScanningConfig: { enablementConfig: "DISABLED" } } },
  },
  { title: "an alert that is off", rule: "alert-has-channel", changed: { alert: { ...good.alert, enabled: false } } },
  {
    title: "an uptime check over plain HTTP",
    rule: "uptime-check-tls",
    changed: { uptime: { ...good.uptime, httpCheck: { path: "/health/", useSsl: false, validateSsl: false } } },
  },
  {
    title: "a secret without labels",
    rule: "labelled",
    changed: { secret: { secretId: good.secret.secretId } },
  },
];
