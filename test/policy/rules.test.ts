import { expect } from "chai";
import { UNKNOWN, type Resource } from "../../policy/rule";
import { rules } from "../../policy/rules";
import { PROJECT_POLICY, SERVICE_ACCOUNT_KEY, SQL_INSTANCE, SQL_USER } from "../../policy/types";
import { broken } from "./broken";
import { container, good, stackOf } from "./good";

const serviceWith = (change: object) => ({
  service: { ...good.service, template: { ...good.service.template, containers: [{ ...container, ...change }] } },
});
/** Without a database, which would be asked for too many connections as well. */
const scaled = (scaling: object) => ({
  service: { ...good.service, template: { ...good.service.template, volumes: [], scaling } },
});
const withVariable = (variable: object) => serviceWith({ envs: [...container.envs, variable] });
const instanceWith = (change: object) => ({
  instance: { ...good.instance, settings: { ...good.instance.settings, ...change } },
});
const reachedBy = (change: object) =>
  instanceWith({ ipConfiguration: { ...good.instance.settings.ipConfiguration, ...change } });
const backedUp = (backupConfiguration: object) => instanceWith({ backupConfiguration });
const extra = (type: string, props: Resource["props"] = {}): Resource[] => [{ type, name: "planted", props }];

type Mistake = { title: string; rule: string; changed?: Parameters<typeof stackOf>[0]; extra?: Resource[] };

const mistakes: Mistake[] = [
  {
    title: "no service account",
    rule: "run-own-service-account",
    changed: { service: { ...good.service, template: { ...good.service.template, serviceAccount: undefined } } },
  },
  {
    title: "the default service account, in a job",
    rule: "run-own-service-account",
    changed: {
      job: {
        ...good.job,
        template: {
          template: {
            ...good.job.template.template,
            serviceAccount: "123456-compute@developer.gserviceaccount.com",
          },
        },
      },
    },
  },
  {
    title: "no memory limit",
    rule: "run-memory-limit",
    changed: serviceWith({ resources: { cpuIdle: true, limits: { cpu: "1" } } }),
  },
  {
    title: "no CPU limit",
    rule: "run-cpu-limit",
    changed: serviceWith({ resources: { cpuIdle: true, limits: { memory: "512Mi" } } }),
  },
  {
    title: "an image by tag",
    rule: "run-image-by-digest",
    changed: serviceWith({ image: "europe-docker.pkg.dev/shop/prod/web:latest" }),
  },
  {
    title: "latest in a secret reference",
    rule: "run-secret-version-pinned",
    changed: withVariable({ name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "latest" } } }),
  },
  {
    title: "a secret reference without a version",
    rule: "run-secret-version-pinned",
    changed: withVariable({ name: "KEY", valueSource: { secretKeyRef: { secret: "key" } } }),
  },
  {
    title: "latest in a mounted secret",
    rule: "run-secret-version-pinned",
    changed: {
      service: {
        ...good.service,
        template: {
          ...good.service.template,
          volumes: [{ name: "key", secret: { secret: "key", items: [{ path: "key", version: "latest" }] } }],
        },
      },
    },
  },
  {
    title: "a password as a plain value",
    rule: "run-no-plain-secret",
    changed: withVariable({ name: "DATABASE_PASSWORD", value: "hunter2" }),
  },
  {
    title: "a password in a URL",
    rule: "run-no-plain-secret",
    changed: withVariable({ name: "DATABASE_URL", value: "postgres://shop:hunter2@10.0.0.3/shop" }),
  },
  { title: "PORT as a variable", rule: "run-port-not-set", changed: withVariable({ name: "PORT", value: "8080" }) },
  { title: "no startup probe", rule: "run-startup-probe", changed: serviceWith({ startupProbe: undefined }) },
  {
    title: "a TCP startup probe",
    rule: "run-startup-probe",
    changed: serviceWith({ startupProbe: { tcpSocket: { port: 8080 } } }),
  },
  { title: "no liveness probe", rule: "run-liveness-probe", changed: serviceWith({ livenessProbe: undefined }) },
  {
    title: "CPU always on",
    rule: "run-cpu-only-while-serving",
    changed: serviceWith({ resources: { ...container.resources, cpuIdle: false } }),
  },
  {
    title: "CPU left to Google's default",
    rule: "run-cpu-only-while-serving",
    changed: serviceWith({ resources: { limits: container.resources.limits } }),
  },
  { title: "no upper limit of instances", rule: "run-max-instances", changed: scaled({ minInstanceCount: 0 }) },
  { title: "more instances than allowed", rule: "run-max-instances", changed: scaled({ maxInstanceCount: 100 }) },
  {
    title: "a worker pool that does not say how many",
    rule: "run-worker-instances",
    changed: {
      pool: { ...good.pool, scaling: undefined, template: { ...good.pool.template, containers: [container] } },
    },
  },
  {
    title: "beat with two instances",
    rule: "run-one-scheduler",
    changed: { pool: { ...good.pool, scaling: { scalingMode: "MANUAL", manualInstanceCount: 2 } } },
  },
  {
    title: "a labelled scheduler with none",
    rule: "run-one-scheduler",
    changed: {
      pool: {
        ...good.pool,
        labels: { ...good.pool.labels, "fleet-kind": "scheduler" },
        scaling: { scalingMode: "MANUAL", manualInstanceCount: 0 },
        template: { ...good.pool.template, containers: [container] },
      },
    },
  },
  {
    title: "a database open to the internet",
    rule: "sql-no-authorized-networks",
    changed: reachedBy({ authorizedNetworks: [{ name: "everyone", value: "0.0.0.0/0" }] }),
  },
  {
    title: "a public address without the connector",
    rule: "sql-connector-enforced",
    changed: instanceWith({ connectorEnforcement: "NOT_REQUIRED" }),
  },
  {
    title: "a database that speaks plain text",
    rule: "sql-encrypted",
    changed: reachedBy({ sslMode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED" }),
  },
  {
    title: "no deletion protection at Google",
    rule: "sql-deletion-protection",
    changed: instanceWith({ deletionProtectionEnabled: false }),
  },
  {
    title: "no deletion protection in Pulumi",
    rule: "sql-deletion-protection",
    changed: { instance: { ...good.instance, deletionProtection: false } },
  },
  { title: "no backups", rule: "sql-backups", changed: backedUp({ enabled: false, pointInTimeRecoveryEnabled: true }) },
  { title: "no point-in-time recovery", rule: "sql-point-in-time-recovery", changed: backedUp({ enabled: true }) },
  {
    title: "MySQL without its binary log",
    rule: "sql-point-in-time-recovery",
    changed: { instance: { ...good.instance, databaseVersion: "MYSQL_8_4" } },
  },
  {
    title: "backups that go with the instance",
    rule: "sql-backups-outlive-it",
    changed: instanceWith({ retainBackupsOnDelete: false }),
  },
  {
    title: "more connections than the database takes",
    rule: "sql-connections-fit",
    changed: instanceWith({ databaseFlags: [{ name: "max_connections", value: "49" }] }),
  },
  {
    title: "more connections than the tier takes by itself",
    rule: "sql-connections-fit",
    changed: instanceWith({ databaseFlags: [], tier: "db-f1-micro" }),
  },
  {
    title: "a superuser as a service's user",
    rule: "sql-user-not-superuser",
    changed: { user: { ...good.user, databaseRoles: ["cloudsqlsuperuser"] } },
  },
  {
    title: "a user beside those that the job confines",
    rule: "sql-user-not-superuser",
    extra: extra(SQL_USER, { instance: "prod-postgres", name: "reports" }),
  },
  {
    title: "a user of the same name on another server",
    rule: "sql-user-not-superuser",
    extra: extra(SQL_USER, { instance: "prod-other", name: "shop" }),
  },
  {
    title: "Postgres's own administrator",
    rule: "sql-user-not-superuser",
    extra: extra(SQL_USER, { instance: "prod-postgres", name: "postgres" }),
  },
  {
    title: "users that no job confines",
    rule: "sql-user-not-superuser",
    changed: { prepare: good.job },
  },
  {
    title: "Redis without a password",
    rule: "redis-closed",
    changed: { redis: { ...good.redis, authEnabled: false } },
  },
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
    title: "a public service without a reason",
    rule: "run-public-with-reason",
    changed: { service: { ...good.service, annotations: {} } },
  },
  {
    title: "a service that asks nobody who they are, without a reason",
    rule: "run-public-with-reason",
    changed: {
      service: { ...good.service, annotations: {}, invokerIamDisabled: true },
      member: { ...good.member, member: "serviceAccount:a@shop.iam.gserviceaccount.com" },
    },
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

describe("the policy pack", () => {
  it("finds nothing in a stack that is as it should be", () => {
    expect(broken(stackOf())).to.deep.equal([]);
  });

  for (const { title, rule, changed, extra } of mistakes)
    it(`finds ${title} (${rule})`, () => {
      expect(broken(stackOf(changed, extra))).to.deep.equal([rule]);
    });

  it("has a planted mistake for every rule", () => {
    expect(rules.map(({ name }) => name)).to.have.members([...new Set(mistakes.map(({ rule }) => rule))]);
  });

  it("leaves what only the update will know to the update", () => {
    const unknown = stackOf({
      ...serviceWith({ image: UNKNOWN, envs: UNKNOWN, startupProbe: UNKNOWN }),
      version: { ...good.version, secret: UNKNOWN },
      user: { ...good.user, instance: UNKNOWN },
      alert: { ...good.alert, notificationChannels: UNKNOWN },
    });
    expect(broken(unknown)).to.deep.equal([]);
    const { template } = good.prepare.template;
    const containers = [{ ...template.containers[0], envs: UNKNOWN }];
    const prepare = { ...good.prepare, template: { template: { ...template, containers } } };
    expect(broken(stackOf({ prepare }))).to.deep.equal([]);
  });

  it("says what to do, and never repeats a secret", () => {
    const plain = stackOf(withVariable({ name: "API_TOKEN", value: "hunter2" }));
    const said = rules.flatMap((rule) =>
      "mistakes" in rule ? plain.filter(({ type }) => rule.types.includes(type)).flatMap(rule.mistakes) : [],
    );
    expect(said).to.deep.equal([
      "API_TOKEN is a secret in plain text; store it in Secret Manager and use valueSource.secretKeyRef",
    ]);
  });

  it("takes users who are no superusers by themselves: of MySQL, of IAM, with roles that are named", () => {
    const mysql = { ...good.instance, name: "prod-mysql", databaseVersion: "MYSQL_8_4" };
    const settings = { ...mysql.settings, backupConfiguration: { enabled: true, binaryLogEnabled: true } };
    const users = [
      { instance: "prod-mysql", name: "shop" },
      { instance: "prod-postgres", name: "ana@example.com", type: "CLOUD_IAM_USER" },
      { instance: "prod-postgres", name: "reports", databaseRoles: ["shop_owner"] },
    ];
    const beside = [...extra(SQL_INSTANCE, { ...mysql, settings }), ...users.flatMap((user) => extra(SQL_USER, user))];
    expect(broken(stackOf({}, beside))).to.deep.equal([]);
  });

  it("takes a switch that only sounds secret as it is", () => {
    expect(broken(stackOf(withVariable({ name: "USUARIOS_ID_TOKEN", value: "True" })))).to.deep.equal([]);
  });

  it("takes a registry of this machine as it is", () => {
    expect(
      broken(stackOf({ image: { name: "localhost:5000/shop/web:1", keepRemotely: true, insecureSkipVerify: true } })),
    ).to.deep.equal([]);
  });
});
