import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { setUpCli } from "../../ops/start/set-up";
import { committedStack } from "../../ops/stack/stack";

/** `./fleet <words>` with the real engine and plugins. */
const fleet = (words: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["ops/fleet.cjs", ...words], {
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 64 << 20,
  });
  return { status, output: stdout + stderr };
};

const preview = (...options: string[]) => fleet(["preview", "prod", ...options]);

describe("the policy pack in a real preview", () => {
  it("passes what is shipped", () => {
    const { status, output } = preview();
    expect(status, output).to.equal(0);
    expect(output).to.match(/fleet@v\d.* \(local: .*policy\)/);
    expect(output).to.not.include("[mandatory]").and.not.include("can't run policy");
  });

  const unprotected = ["preview", "prod", "--config", "fleet:deletionProtection=false"];

  it("refuses to take the protection of data away where a person names another stack", () => {
    const { status, output } = fleet(unprotected, { FLEET_LIFT_PROTECTION_OF: "other" });
    expect(status, output).to.not.equal(0);
    expect(output).to.include("FLEET_LIFT_PROTECTION_OF=prod ./fleet pulumi up --stack prod");
  });

  it("lets a person take it away who names the stack", () => {
    const { status, output } = fleet(unprotected, { FLEET_LIFT_PROTECTION_OF: "prod" });
    expect(status, output).to.equal(0);
  });

  it("comes along with ./fleet pulumi, and plain Pulumi without it is refused before anything is made", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "fleet-plain-"));
    try {
      const { binary, env } = await setUpCli(committedStack("prod"));
      const plain = { ...env, PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "of a test" };
      const file = path.join(folder, "Pulumi.prod.yaml");
      const pulumi = (words: readonly string[], pack: string | undefined) => {
        const of = { ...plain, PULUMI_OPTION_POLICY_PACK: pack };
        const { status, stdout, stderr } = spawnSync(binary, [...words, "--non-interactive"], {
          encoding: "utf8",
          env: of,
        });
        return { status, output: stdout + stderr };
      };
      writeFileSync(file, config);
      pulumi(["stack", "init", "prod", "--no-select"], undefined);
      const update = ["preview", "--stack", "prod", "--config-file", file];
      const without = pulumi(update, undefined);
      expect(without.status, without.output).to.not.equal(0);
      expect(without.output).to.include("stack prod: runs without the policy pack");
      expect(env.PULUMI_OPTION_POLICY_PACK).to.equal(path.resolve("policy"));
      const withPack = pulumi(update, env.PULUMI_OPTION_POLICY_PACK);
      expect(withPack.status, withPack.output).to.equal(0);
      expect(withPack.output).to.match(/fleet@v\d.* \(local: .*policy\)/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("fails on planted mistakes, each by the name of its rule", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "fleet-planted-"));
    try {
      for (const shared of ["node_modules", "services", "infra"])
        symlinkSync(path.resolve(shared), path.join(folder, shared));
      const program = readFileSync("test/policy/planted.cjs", "utf8").replaceAll("{ROOT}", path.resolve());
      writeFileSync(path.join(folder, "planted.cjs"), program);
      writeFileSync(path.join(folder, "package.json"), '{ "name": "fleet", "main": "planted.cjs" }');
      writeFileSync(path.join(folder, "Pulumi.yaml"), readFileSync("Pulumi.yaml"));
      const { status, output } = preview("--program", folder);
      expect(status, output).to.not.equal(0);
      const found = new Set([...output.matchAll(/\[mandatory\]\s+(\S+)/g)].map(([, name]) => name));
      expect([...found], output).to.include.members(planted);
      expect(output).to.not.include("hunter2");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const config = `config:
  fleet:target: gcp
  fleet:alertEmail: ops@example.com
  fleet:systems: [booking]
  gcp:project: preview-project
  gcp:region: europe-west1
  gcp:accessToken: no-token-at-all
`;

const planted = [
  "alert-has-channel",
  "debug-off",
  "hosts-named",
  "iam-condition",
  "iam-no-basic-role",
  "iam-not-for-everyone",
  "labelled",
  "registry-cleanup",
  "registry-image-kept",
  "registry-scanned",
  "run-cpu-only-while-serving",
  "run-image-by-digest",
  "run-ingress",
  "run-liveness-probe",
  "run-max-instances",
  "run-memory-limit",
  "run-migration-once",
  "no-plain-secret",
  "no-secret-argument",
  "run-own-service-account",
  "run-port-not-set",
  "run-secret-version-pinned",
  "run-startup-probe",
  "run-timeout",
  "secret-version-kept",
  "sql-backups",
  "sql-backups-outlive-it",
  "sql-connections-fit",
  "sql-connector-enforced",
  "sql-deletion-protection",
  "sql-encrypted",
  "sql-log-connections",
  "sql-no-authorized-networks",
  "sql-point-in-time-recovery",
  "sql-user-not-superuser",
];
