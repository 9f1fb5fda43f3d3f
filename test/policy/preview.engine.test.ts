import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";

/** `./fleet preview prod` with the real engine and plugins; `folder` holds another program than the project's. */
const preview = (folder?: string) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["ops/fleet.cjs", "preview", "prod", ...(folder === undefined ? [] : ["--program", folder])],
    { encoding: "utf8", maxBuffer: 64 << 20 },
  );
  return { status, output: stdout + stderr };
};

describe("the policy pack in a real preview", () => {
  it("passes what is shipped", () => {
    const { status, output } = preview();
    expect(status, output).to.equal(0);
    expect(output).to.match(/fleet@v\d.* \(local: .*policy\)/);
    expect(output).to.not.include("[mandatory]").and.not.include("can't run policy");
  });

  it("fails on planted mistakes, each by the name of its rule", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "fleet-planted-"));
    try {
      for (const shared of ["node_modules", "services"]) symlinkSync(path.resolve(shared), path.join(folder, shared));
      const program = readFileSync("test/policy/planted.cjs", "utf8").replaceAll("{ROOT}", path.resolve());
      writeFileSync(path.join(folder, "planted.cjs"), program);
      writeFileSync(path.join(folder, "package.json"), '{ "name": "fleet", "main": "planted.cjs" }');
      writeFileSync(path.join(folder, "Pulumi.yaml"), readFileSync("Pulumi.yaml"));
      const { status, output } = preview(folder);
      expect(status, output).to.not.equal(0);
      const found = new Set([...output.matchAll(/\[mandatory\]\s+(\S+)/g)].map(([, name]) => name));
      expect([...found], output).to.include.members(planted);
      expect(output).to.not.include("hunter2");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const planted = [
  "alert-has-channel",
  "iam-no-basic-role",
  "iam-not-for-everyone",
  "labelled",
  "registry-cleanup",
  "registry-image-kept",
  "run-cpu-only-while-serving",
  "run-image-by-digest",
  "run-liveness-probe",
  "run-max-instances",
  "run-memory-limit",
  "no-plain-secret",
  "run-own-service-account",
  "run-port-not-set",
  "run-secret-version-pinned",
  "run-startup-probe",
  "secret-version-kept",
  "sql-backups",
  "sql-backups-outlive-it",
  "sql-connections-fit",
  "sql-connector-enforced",
  "sql-deletion-protection",
  "sql-encrypted",
  "sql-no-authorized-networks",
  "sql-point-in-time-recovery",
  "sql-user-not-superuser",
];
