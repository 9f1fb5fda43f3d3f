import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Takes the permissions of Google's roles from a clone of github.com/iann0036/iam-dataset (MIT License, Copyright (c) 2021
 * Ian Mckay), which keeps the answers of `gcloud iam roles describe`: npx tsx rehearsal/rights/update.ts <clone>
 */
const WANTED = [
  "artifactregistry.admin",
  "artifactregistry.reader",
  "artifactregistry.writer",
  "browser",
  "cloudkms.cryptoKeyDecrypter",
  "cloudkms.cryptoKeyEncrypterDecrypter",
  "cloudscheduler.admin",
  "cloudscheduler.jobRunner",
  "cloudscheduler.viewer",
  "cloudsql.admin",
  "cloudsql.client",
  "cloudsql.viewer",
  "iam.serviceAccountAdmin",
  "iam.serviceAccountUser",
  "iam.serviceAccountViewer",
  "logging.viewer",
  "monitoring.alertPolicyEditor",
  "monitoring.notificationChannelEditor",
  "monitoring.uptimeCheckConfigEditor",
  "monitoring.viewer",
  "redis.admin",
  "redis.viewer",
  "resourcemanager.projectIamAdmin",
  "run.admin",
  "run.developer",
  "run.invoker",
  "run.viewer",
  "secretmanager.admin",
  "secretmanager.secretAccessor",
  "secretmanager.viewer",
  "serviceusage.serviceUsageAdmin",
  "serviceusage.serviceUsageViewer",
  "storage.objectUser",
  "storage.objectViewer",
];

type Described = { includedPermissions: string[] };

const update = (clone: string): void => {
  const git = (...args: string[]): string => execFileSync("git", ["-C", clone, ...args], { encoding: "utf8" }).trim();
  const permissionsOf = (role: string): string[] =>
    (JSON.parse(git("show", `HEAD:gcp/roles/${role}.json`)) as Described).includedPermissions;
  const [commit = "", date = ""] = git("log", "-1", "--format=%H %cs").split(" ");
  const roles = Object.fromEntries(WANTED.map((role) => [`roles/${role}`, permissionsOf(role)]));
  const source = `gcloud iam roles describe, as github.com/iann0036/iam-dataset keeps it at ${commit}`;
  writeFileSync(join(import.meta.dirname, "roles.json"), `${JSON.stringify({ source, date, roles })}\n`);
};

update(process.argv[2] ?? ".");
