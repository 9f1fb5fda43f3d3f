import { expect } from "chai";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { specified } from "../infra/example";

type Step = { op: string; newState: { type: string; urn: string; inputs: Record<string, any> } };

/** A committed stack as prod is once it was made: with a salt that nobody here has the passphrase of, and a secret. */
const STACK = "salted";
const FILE = resolve(`Pulumi.${STACK}.yaml`);
const TEXT = `config:
  fleet:target: gcp
  fleet:secrets:
    booking-reservas-django-secret-key:
      secure: v1:JKJ6kDaAfLIPJIUJ:pw9WDZrDe43//1vdFWIEzHBxHeQ=
encryptionsalt: v1:zFJQH+m9KLA=:v1:n0pjDd36Cvx78ABB:h9jb0jvxLTgaL+U+/x1oMBemzs28lA==
`;

/** A person's own choices of an engine, none of which is there (M1). */
const elsewhere = {
  ...{ DOCKER_HOST: "unix:///nowhere/docker.sock", DOCKER_CONTEXT: "nowhere" },
  ...{ DOCKER_CERT_PATH: "/nowhere", DOCKER_TLS_VERIFY: "1" },
};

/** The preview of that stack with the real engine and plugins, on a machine with no credentials and no Docker engine. */
const preview = async (...config: string[]): Promise<Step[]> => {
  const home = mkdtempSync(join(tmpdir(), "fleet-nobody-"));
  const { PULUMI_HOME, PATH, FLEET_OFFLINE } = process.env;
  const env = { PATH, HOME: home, ...elsewhere, PULUMI_HOME, FLEET_OFFLINE };
  const args = ["ops/fleet.cjs", "preview", STACK, "--json", ...config.flatMap((value) => ["--config", value])];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 64 << 20 });
    return (JSON.parse(stdout.slice(stdout.indexOf("{"))) as { steps: Step[] }).steps;
  } finally {
    rmSync(home, { recursive: true });
  }
};

const counts = (steps: readonly Step[]): Record<string, number> => {
  const types = steps.map(({ newState }) => newState.type).filter((type) => type.startsWith("gcp:"));
  return Object.fromEntries([...new Set(types)].sort().map((type) => [type, types.filter((t) => t === type).length]));
};

const named = (steps: readonly Step[], type: string, name: string): Record<string, any> => {
  const found = steps.find(({ newState }) => newState.type === type && newState.urn.endsWith(`::${name}`));
  expect(found, `${type} ${name}`).to.not.equal(undefined);
  return found?.newState.inputs ?? {};
};

describe("the preview of a stack like prod", function () {
  before(() => writeFileSync(FILE, TEXT));
  after(() => rmSync(FILE));

  it("shows all that booking needs, with the real plugin", async () => {
    const steps = await preview("fleet:systems=[booking]");
    expect(new Set(steps.map(({ op }) => op))).to.deep.equal(new Set(["create"]));
    expect(counts(steps)).to.deep.equal({
      "gcp:artifactregistry/repository:Repository": 1,
      "gcp:cloudrunv2/job:Job": 5,
      "gcp:cloudrunv2/jobIamMember:JobIamMember": 2,
      "gcp:cloudrunv2/service:Service": 2,
      "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": 1,
      "gcp:cloudscheduler/job:Job": 2,
      "gcp:monitoring/alertPolicy:AlertPolicy": 5,
      "gcp:monitoring/notificationChannel:NotificationChannel": 1,
      "gcp:projects/iAMMember:IAMMember": 7,
      "gcp:projects/service:Service": 9,
      "gcp:secretmanager/secret:Secret": 7,
      "gcp:secretmanager/secretIamMember:SecretIamMember": 19,
      "gcp:secretmanager/secretVersion:SecretVersion": 7,
      "gcp:serviceaccount/account:Account": 8,
      "gcp:sql/database:Database": 2,
      "gcp:sql/databaseInstance:DatabaseInstance": 1,
      "gcp:sql/user:User": 3,
    });
    const service = named(steps, "gcp:cloudrunv2/service:Service", "booking-reservas");
    expect(service).to.containSubset({
      name: `${STACK}-booking-reservas`,
      location: "europe-west1",
      template: { scaling: { maxInstanceCount: 10 }, maxInstanceRequestConcurrency: 8 },
    });
    const instance = named(steps, "gcp:sql/databaseInstance:DatabaseInstance", "postgres");
    expect(instance["settings"]).to.containSubset({
      tier: "db-g1-small",
      deletionProtectionEnabled: true,
      connectorEnforcement: "REQUIRED",
    });
  });

  it("shows every system of the specifications, and leaves nothing behind", async () => {
    const steps = await preview(`fleet:systems=[${Object.keys(specified).join(", ")}]`, "fleet:mariadb=true");
    expect(counts(steps)).to.include({
      "gcp:cloudrunv2/service:Service": 6,
      "gcp:cloudrunv2/workerPool:WorkerPool": 4,
      "gcp:redis/instance:Instance": 3,
      "gcp:sql/databaseInstance:DatabaseInstance": 2,
    });
    expect(readdirSync(resolve(".fleet")).filter((name) => name.startsWith("preview-"))).to.deep.equal([]);
  });
});
