import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { PlainError } from "../../../infra/problems";
import { APP_FOLDER, CHASSIS_FOLDER } from "../../../infra/targets/local/images";
import { runCaptured } from "../../terminal/processes";
import { inFleet } from "../../stack/files";

/** Whether a commit has a service. */
export const hasService = (commit: string, service: string): boolean =>
  runCaptured({ command: "git", args: ["cat-file", "-e", `${commit}:services/${service}`] }).ok;

/** Whether this checkout has other migrations of a service than a commit; files that git does not know yet count. */
export const hasOtherMigrations = (commit: string, service: string): boolean => {
  const path = `services/${service}/*/migrations/*.py`;
  const differs = runCaptured({ command: "git", args: ["diff", "--quiet", commit, "--", path] });
  const unknown = runCaptured({ command: "git", args: ["ls-files", "--others", "--exclude-standard", "--", path] });
  return !differs.ok || unknown.stdout.trim() !== "";
};

/** The services of a commit in a folder of their own, which the caller removes. */
export const servicesAt = (commit: string): string => {
  const folder = mkdtempSync(inFleet("base-"));
  const archive = spawnSync("git", ["archive", "--format=tar", commit, "--", "services"], { maxBuffer: 1 << 30 });
  const unpacked = spawnSync("tar", ["-x", "-C", folder], { input: archive.stdout });
  if (archive.status !== 0 || unpacked.status !== 0)
    throw new PlainError(
      `the services of ${commit} cannot be read: ${String(archive.stderr)}${String(unpacked.stderr)}`.trim(),
    );
  // The user of a container is another one.
  spawnSync("chmod", ["-R", "a+rX", folder]);
  return folder;
};

/** Where a development container finds a service's code, with the services of another commit instead. */
export const bindsOf = (folder: string, service: string): string[] => [
  `${folder}/services/${service}:${APP_FOLDER}:ro`,
  `${folder}/services/chassis:${CHASSIS_FOLDER}:ro`,
];
