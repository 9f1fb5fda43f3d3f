import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { Service, System } from "../../../infra/catalogue/vocabulary";
import type { CloudSettings } from "../../../infra/settings/cloud";
import { counts, failing, one, type Asked } from "../../inventory";
import { everySystem, specified } from "../example";
import { askedOfGoogle, containerOf, envOf, JOB, POOL, recordingRunner, SERVICE } from "./cloud";

const INSTANCE = "gcp:sql/databaseInstance:DatabaseInstance";
const SQL_USER = "gcp:sql/user:User";
const INVOKER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember";
const ACCESSOR = "gcp:secretmanager/secretIamMember:SecretIamMember";
const SECRET_VERSION = "gcp:secretmanager/secretVersion:SecretVersion";

const ofType = (asked: readonly Asked[], type: string): Asked[] => asked.filter((resource) => resource.type === type);

describe("the target gcp", () => {
  let prod: Asked[];
  before(async () => {
    prod = await askedOfGoogle();
  });

  it("asks for nothing but what booking needs", () => {
    expect(counts(prod)).to.deep.equal({
      "docker:index/registryImage:RegistryImage": 4,
      "docker:index/remoteImage:RemoteImage": 2,
      "docker:index/tag:Tag": 4,
      "fleet:gcp:Foundation": 1,
      "fleet:gcp:Service": 4,
      "fleet:gcp:SqlServer": 1,
      "fleet:gcp:System": 1,
      "fleet:gcp:Watching": 1,
      "gcp:artifactregistry/repository:Repository": 1,
      [JOB]: 3,
      [SERVICE]: 2,
      [INVOKER]: 1,
      "gcp:monitoring/alertPolicy:AlertPolicy": 5,
      "gcp:monitoring/notificationChannel:NotificationChannel": 1,
      "gcp:projects/iAMMember:IAMMember": 5,
      "gcp:projects/service:Service": 8,
      "gcp:secretmanager/secret:Secret": 7,
      [ACCESSOR]: 13,
      [SECRET_VERSION]: 7,
      "gcp:serviceaccount/account:Account": 5,
      "gcp:sql/database:Database": 2,
      [INSTANCE]: 1,
      [SQL_USER]: 3,
      "pulumi:providers:docker": 1,
      "random:index/randomPassword:RandomPassword": 5,
    });
  });

  it("runs a web service as specification 003 says, with probes and an account of its own", () => {
    const service = one(prod, "booking-reservas", SERVICE);
    expect(service.inputs).to.containSubset({
      name: "prod-booking-reservas",
      location: "europe-west1",
      project: "acme-shop",
      deletionProtection: true,
      ingress: "INGRESS_TRAFFIC_ALL",
      labels: { "fleet-stack": "prod", "fleet-system": "booking", "fleet-part": "reservas" },
      template: {
        serviceAccount: "prod-booking-reservas@acme-shop.iam.gserviceaccount.com",
        scaling: { minInstanceCount: 0, maxInstanceCount: 10 },
        maxInstanceRequestConcurrency: 8,
        timeout: "60s",
        volumes: [{ name: "cloudsql", cloudSqlInstance: { instances: ["acme-shop:europe-west1:prod-postgres"] } }],
      },
      traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
    });
    expect(containerOf(service)).to.containSubset({
      ports: { containerPort: 8080 },
      resources: { limits: { cpu: "1", memory: "512Mi" }, startupCpuBoost: true, cpuIdle: true },
      startupProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 5, failureThreshold: 13 },
      livenessProbe: { httpGet: { path: "/healthz", port: 8080 } },
      volumeMounts: [{ name: "cloudsql", mountPath: "/cloudsql" }],
    });
  });

  it("has the registry scan what is pushed, by a setting that does nothing without the API", () => {
    expect(one(prod, "images", "gcp:artifactregistry/repository:Repository").inputs).to.containSubset({
      vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
    });
    expect(one(prod, "containerscanning-api").inputs["service"]).to.equal("containerscanning.googleapis.com");
  });

  it("gives a health URL that Google's front end lets through", async () => {
    const urls: Promise<string>[] = [];
    await askedOfGoogle({
      seen: ({ services }) => {
        for (const { healthUrl } of services)
          if (healthUrl) urls.push(new Promise((done) => pulumi.output(healthUrl).apply(done)));
      },
    });
    const paths = (await Promise.all(urls)).map((url) => new URL(url).pathname);
    expect(paths).to.deep.equal(["/health/", "/health/"]);
  });

  it("deploys images by digest, pushed under the commit and latest, and keeps them in the registry", () => {
    expect(containerOf(one(prod, "booking-reservas", SERVICE))["image"]).to.match(
      /^europe-west1-docker\.pkg\.dev\/acme-shop\/prod-images\/reservas@sha256:reservas-[0-9a-f]{16}$/,
    );
    const pushed = ofType(prod, "docker:index/registryImage:RegistryImage");
    for (const { inputs } of pushed) expect(inputs).to.include({ keepRemotely: true });
    const tags = pushed.map(({ name, inputs }) => [name, inputs["name"].split(":")[1]]);
    for (const [name, tag] of tags) expect(tag, name).to.match(name.endsWith("-latest") ? /^latest$/ : /^[0-9a-f]{12}/);
    expect(one(prod, "reservas", "docker:index/remoteImage:RemoteImage").inputs["build"]).to.include({
      target: "production",
      platform: "linux/amd64",
    });
    const provider = JSON.stringify(one(prod, "builder").inputs);
    expect(provider).to.not.match(/password|username/);
  });

  it("gives secrets as pinned versions, each readable by those who need it alone", () => {
    const env = envOf(one(prod, "booking-reservas", SERVICE));
    expect(env["DATABASE_PASSWORD"]?.valueSource?.secretKeyRef).to.deep.equal({
      secret: "prod-booking-reservas-database-password",
      version: "7",
    });
    for (const name of ["DATABASE_USER", "SECRET_KEY"])
      expect(env[name]?.valueSource?.secretKeyRef.version, name).to.equal("7");
    expect(ofType(prod, ACCESSOR).map(({ inputs }) => inputs["role"])).to.satisfy((roles: string[]) =>
      roles.every((role) => role === "roles/secretmanager.secretAccessor"),
    );
    const readers = ofType(prod, ACCESSOR)
      .filter(({ inputs }) => inputs["secretId"] === "prod-booking-reservas-database-password")
      .map(({ inputs }) => inputs["member"]);
    const accounts = ["booking-reservas-account", "booking-reservas-migrate-account"].map(
      (name) => `serviceAccount:${one(prod, name).inputs["accountId"]}@acme-shop.iam.gserviceaccount.com`,
    );
    expect(readers).to.have.members(accounts);
  });

  it("keeps every secret value out of plain inputs", () => {
    for (const { inputs, name } of ofType(prod, SECRET_VERSION))
      expect(inputs["secretData"], name).to.have.property("secret");
    for (const { inputs, name } of ofType(prod, SQL_USER)) expect(inputs["password"], name).to.have.property("secret");
    for (const { inputs, name, type } of [...ofType(prod, SERVICE), ...ofType(prod, JOB)])
      expect(JSON.stringify(inputs), `${type} ${name}`).to.not.include("random of");
  });

  it("tells the services where things are", () => {
    const env = envOf(one(prod, "booking-reservas", SERVICE));
    expect(env["CLOUD_SQL_CONNECTION_NAME"]?.value).to.equal("acme-shop:europe-west1:prod-postgres");
    expect(env["USUARIOS_URL"]?.value).to.equal("https://prod-booking-usuarios.run.app");
    expect(env["USUARIOS_ID_TOKEN"]?.value).to.equal("True");
    expect(env["DEBUG"]?.value).to.equal("False");
    expect(env).to.not.have.property("PORT");
  });

  it("lets nobody call a service but who has to", () => {
    expect(ofType(prod, INVOKER).map(({ inputs }) => [inputs["name"], inputs["role"], inputs["member"]])).to.deep.equal(
      [
        [
          "prod-booking-usuarios",
          "roles/run.invoker",
          "serviceAccount:prod-booking-reservas@acme-shop.iam.gserviceaccount.com",
        ],
      ],
    );
  });

  it("protects the database in every way that there is", () => {
    const { inputs } = one(prod, "postgres", INSTANCE);
    expect(inputs).to.containSubset({
      name: "prod-postgres",
      databaseVersion: "POSTGRES_15",
      deletionProtection: true,
      settings: {
        tier: "db-g1-small",
        edition: "ENTERPRISE",
        deletionProtectionEnabled: true,
        retainBackupsOnDelete: true,
        connectorEnforcement: "REQUIRED",
        ipConfiguration: { authorizedNetworks: [], sslMode: "ENCRYPTED_ONLY" },
        backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
        insightsConfig: { queryInsightsEnabled: true },
        maintenanceWindow: { day: 7, hour: 4 },
      },
    });
    expect(inputs["settings"].databaseFlags).to.deep.include({ name: "max_connections", value: "100" });
    for (const { inputs: of, name } of [...ofType(prod, SQL_USER), ...ofType(prod, "gcp:sql/database:Database")])
      expect(of["deletionPolicy"], name).to.equal("ABANDON");
  });

  it("lets each account connect to that one instance", () => {
    for (const { inputs, name } of ofType(prod, "gcp:projects/iAMMember:IAMMember")) {
      expect(inputs["role"], name).to.equal("roles/cloudsql.client");
      expect(inputs["condition"].expression, name).to.include('"projects/acme-shop/instances/prod-postgres"');
    }
  });

  it("separates the databases before anything migrates, and migrates before anything serves", async () => {
    const { runner, runs } = recordingRunner();
    const asked = await askedOfGoogle({ runner });
    const order = asked.map(({ type, name }) => `${type} ${name}`);
    const position = (type: string, name: string): number => order.indexOf(`${type} ${name}`);
    expect(runs.map(({ job }) => job)).to.have.members([
      "postgres-prepare-id",
      "booking-usuarios-migrate-id",
      "booking-reservas-migrate-id",
    ]);
    expect(position(JOB, "postgres-prepare")).to.be.lessThan(position(JOB, "booking-reservas-migrate"));
    expect(position(JOB, "booking-reservas-migrate")).to.be.lessThan(position(SERVICE, "booking-reservas"));
    const databases = JSON.parse(envOf(one(asked, "postgres-prepare", JOB))["PREPARE_DATABASES"]?.value ?? "");
    expect(databases).to.deep.equal([
      { database: "reservas", owner: "reservas_owner", users: ["reservas"], extensions: [] },
      { database: "usuarios", owner: "usuarios_owner", users: ["usuarios"], extensions: [] },
    ]);
  });
});

describe("a job of the target gcp", () => {
  const generationOf = (asked: readonly Asked[], job = "booking-reservas-migrate"): string =>
    one(asked, job, JOB).inputs["template"].labels["fleet-generation"];

  it("fails the update and leaves what depends on it alone, at every try", async () => {
    for (let attempt = 0; attempt < 2; attempt++) {
      const { runner } = recordingRunner({ "booking-reservas-migrate-id": "no such column" });
      const { asked, problem } = await failing(() => askedOfGoogle({ runner }));
      expect(problem).to.match(/booking\/reservas-migrate failed[^]*no such column[^]*cure:/);
      expect(ofType(asked, SERVICE).map(({ name }) => name)).to.deep.equal(["booking-usuarios"]);
    }
  });

  it("has the same generation whatever its memory is, and another on another server", async () => {
    const first = generationOf(await askedOfGoogle());
    const elsewhere = generationOf(await askedOfGoogle({ cloud: { sql: "perSystem" } }));
    const { booking } = specified;
    const job: Service = { ...(booking.services["reservas-migrate"] as Service), limits: { cpu: 2, memory: "2048Mi" } };
    const services = { ...booking.services, "reservas-migrate": job };
    const larger = await askedOfGoogle({ catalogue: { ...specified, booking: { ...booking, services } } });
    expect(containerOf(one(larger, "booking-reservas-migrate", JOB))["resources"].limits.memory).to.equal("2048Mi");
    expect(generationOf(larger)).to.equal(first);
    expect(elsewhere).to.not.equal(first);
  });

  it("has another generation where its messages go elsewhere, if it has any", async () => {
    const at = async (cloud: Partial<CloudSettings> = {}) => {
      const asked = await askedOfGoogle({ settings: everySystem, cloud });
      return { messaging: generationOf(asked, "marketplace-ensure-messaging"), migrate: generationOf(asked) };
    };
    const all = [
      await at(),
      await at({ messagingAccount: "210987654321" }),
      await at({ messagingEndpoint: "https://messaging.example.com" }),
    ];
    expect(new Set(all.map(({ messaging }) => messaging))).to.have.lengthOf(3);
    expect(new Set(all.map(({ migrate }) => migrate))).to.have.lengthOf(1);
  });

  it("has another generation for a database of another name, also where only a secret URL has it", async () => {
    const renamed = <S extends System>(system: S): S =>
      JSON.parse(JSON.stringify(system), (key, value) =>
        ["database", "name"].includes(key) && ["reservas", "marketplace"].includes(value) ? `new_${value}` : value,
      );
    const { booking, marketplace } = specified;
    const jobs = ["booking-reservas-migrate", "marketplace-migrate"];
    const before = await askedOfGoogle({ settings: everySystem });
    const after = await askedOfGoogle({
      settings: everySystem,
      catalogue: { ...specified, booking: renamed(booking), marketplace: renamed(marketplace) },
    });
    for (const job of jobs) expect(generationOf(after, job), job).to.not.equal(generationOf(before, job));
  });

  it("has the same generation after a rotation", async () => {
    const rotated = Object.fromEntries(
      ["booking-reservas-database-password", "booking-reservas-django-secret-key"].map((name) => [name, 1]),
    );
    const asked = await askedOfGoogle({ cloud: { rotations: rotated } });
    expect(generationOf(asked)).to.equal(generationOf(await askedOfGoogle()));
  });
});

describe("every system on Google Cloud", () => {
  let all: Asked[];
  before(async () => {
    all = await askedOfGoogle({ settings: everySystem });
  });

  it("has workers and schedulers as pools of exactly one", () => {
    expect(ofType(all, POOL).map(({ name }) => name)).to.have.members([
      "marketplace-worker",
      "marketplace-beat",
      "marketplace-consumer",
      "meet-worker",
    ]);
    for (const { inputs, name } of ofType(all, POOL))
      expect(inputs["scaling"], name).to.deep.equal({ scalingMode: "MANUAL", manualInstanceCount: 1 });
  });

  it("shares one Postgres and one Redis, and has MySQL for MariaDB", () => {
    expect(ofType(all, INSTANCE).map(({ inputs }) => [inputs["name"], inputs["databaseVersion"]])).to.deep.equal([
      ["prod-postgres", "POSTGRES_15"],
      ["prod-callcenter-db-mariadb", "MYSQL_8_0"],
    ]);
    const redis = one(all, "redis", "gcp:redis/instance:Instance");
    expect(redis.inputs).to.include({
      authEnabled: true,
      redisVersion: "REDIS_7_0",
      authorizedNetwork: "projects/acme-shop/global/networks/default",
    });
    expect(one(all, "marketplace-worker", POOL).inputs["template"].vpcAccess).to.deep.equal({
      networkInterfaces: [{ network: "default" }],
      egress: "PRIVATE_RANGES_ONLY",
    });
    expect(one(all, "callcenter-web", SERVICE).inputs["template"]).to.not.have.property("vpcAccess");
  });

  it("keeps addresses with a password in Secret Manager, and apart by Redis database", () => {
    const urls = ofType(all, SECRET_VERSION)
      .filter(({ name }) => name.includes("-url"))
      .map(({ name, inputs }) => [name, inputs["secretData"].secret]);
    expect(Object.fromEntries(urls)).to.deep.include({
      "leads-redis-url-0": "redis://:redis-password@10.0.0.3:6379/0",
      "marketplace-redis-url-1": "redis://:redis-password@10.0.0.3:6379/5",
      "meet-redis-url-0": "redis://:redis-password@10.0.0.3:6379/8",
      "leads-postgres-url":
        "postgres://leads:random%20of%20leads-postgres-password@/leads?host=/cloudsql/acme-shop:europe-west1:prod-postgres",
      "callcenter-db-mariadb-url":
        "mysql://django_user:random%20of%20callcenter-db-mariadb-password@localhost/callcenterdb_maria?unix_socket=/cloudsql/acme-shop:europe-west1:prod-callcenter-db-mariadb",
    });
  });

  it("has a server for each system where that is asked for", async () => {
    const asked = await askedOfGoogle({ settings: everySystem, cloud: { sql: "perSystem", redis: "perSystem" } });
    expect(ofType(asked, INSTANCE)).to.have.lengthOf(6);
    expect(ofType(asked, "gcp:redis/instance:Instance")).to.have.lengthOf(3);
  });
});

describe("the deletion protection", () => {
  const DATABASE = "gcp:sql/database:Database";
  const REPOSITORY = "gcp:artifactregistry/repository:Repository";

  /** All that is asked for, and the switches against deletion, Google's and Pulumi's, that are on in it: `<type> <key>`. */
  const switchesOf = async (deletionProtection: boolean) => {
    const asked = await askedOfGoogle({ settings: everySystem, cloud: { deletionProtection } });
    const on = asked.flatMap(({ type, inputs, options }) =>
      leavesOf({ inputs, options })
        .filter(([key, value]) => /deletion_?protection|^protect$|^retainOnDelete$/i.test(key) && value === true)
        .map(([key]) => `${type} ${key}`),
    );
    return { asked, on };
  };

  const leavesOf = (value: object): [key: string, value: unknown][] =>
    Object.entries(value).flatMap(([key, inner]) =>
      inner !== null && typeof inner === "object" ? leavesOf(inner) : [[key, inner]],
    );

  it("holds for every database, service, job and pool, and the images", async () => {
    const { asked, on } = await switchesOf(true);
    const protectedBy = {
      [INSTANCE]: ["deletionProtection", "deletionProtectionEnabled", "protect"],
      [DATABASE]: ["protect"],
      ...{ [SERVICE]: ["deletionProtection"], [JOB]: ["deletionProtection"], [POOL]: ["deletionProtection"] },
      [REPOSITORY]: ["retainOnDelete"],
    };
    const expected = Object.entries(protectedBy).flatMap(([type, keys]) =>
      ofType(asked, type).flatMap(() => keys.map((key) => `${type} ${key}`)),
    );
    expect(on).to.have.members(expected);
  });

  it("is off everywhere when it is lifted, and backups still outlive their instance", async () => {
    const { asked, on } = await switchesOf(false);
    expect(on).to.deep.equal([]);
    for (const { inputs, name } of ofType(asked, INSTANCE))
      expect(inputs["settings"], name).to.include({ deletionProtectionEnabled: false, retainBackupsOnDelete: true });
  });
});

describe("a rotation", () => {
  const secret = "booking-reservas-database-password";
  const usersAt = async (rotation: number) => {
    const asked = await askedOfGoogle({ cloud: { rotations: { [secret]: rotation } } });
    const users = ofType(asked, SQL_USER).map(({ inputs }) => inputs["name"]);
    const values = Object.fromEntries(
      ofType(asked, SECRET_VERSION).map(({ name, inputs }) => [name, inputs["secretData"].secret]),
    );
    const keepers = (name: string) =>
      asked.find((r) => r.name === name && r.type.startsWith("random:"))?.inputs["keepers"];
    return { users, values, keepers };
  };

  it("lets two users take turns, so that the one in use keeps its password", async () => {
    const before = await usersAt(0);
    expect(before.users).to.not.include("reservas_b");
    const { users, values, keepers } = await usersAt(1);
    expect(users).to.include.members(["reservas", "reservas_b"]);
    expect(values["booking-reservas-database-user"]).to.equal("reservas_b");
    expect(values[secret]).to.equal(`random of ${secret}-b`);
    expect([keepers(secret), keepers(`${secret}-b`)]).to.deep.equal([{ rotation: "0" }, { rotation: "1" }]);
    const again = await usersAt(2);
    expect(again.values["booking-reservas-database-user"]).to.equal("reservas");
    expect([again.keepers(secret), again.keepers(`${secret}-b`)]).to.deep.equal([{ rotation: "2" }, { rotation: "1" }]);
  });
});

describe("a canary", () => {
  it("gets its share beside the revision that is known to be good", async () => {
    const stableRevisions = { "booking/reservas": "reservas-7", "booking/usuarios": "usuarios-3" };
    const asked = await askedOfGoogle({ cloud: { canaryPercent: 10, stableRevisions } });
    expect(one(asked, "booking-reservas", SERVICE).inputs["traffics"]).to.deep.equal([
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 10 },
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "reservas-7", percent: 90 },
    ]);
  });
});
