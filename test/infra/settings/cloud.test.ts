import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { catalogue } from "../../../infra/catalogue";
import { tryPlan } from "../../../infra/plan/make-plan";
import { readSettings } from "../../../infra/settings/load";
import { loadSettings } from "./loaded";
import type { CloudPlan } from "../../../infra/plan/plan";
import { cloudProblems } from "../../../infra/targets/gcp/preflight";
import { inOneRound, ProblemsError, refuse } from "../../../infra/problems";

const right: Record<string, string> = {
  "gcp:project": "acme-shop",
  "gcp:region": "europe-west1",
  "fleet:target": "gcp",
  "fleet:alertEmail": "ops@example.com",
  "fleet:systems": '["booking"]',
};

/** All that happens with a stack's config before anything is made. */
const check = async (
  config: Record<string, string | undefined>,
  env: NodeJS.ProcessEnv = {},
  stackFile = "/nowhere/Pulumi.prod.yaml",
): Promise<CloudPlan> => {
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "fleet", "prod");
  const written = Object.entries({ ...right, ...config }).filter(([, value]) => value !== undefined);
  pulumi.runtime.setAllConfig(Object.fromEntries(written) as Record<string, string>);
  const { settings, problems: ofSettings } = readSettings();
  const { plan, problems: ofPlan = [] } = settings ? tryPlan(catalogue, settings) : {};
  const problems = inOneRound(ofSettings, ofPlan);
  if (plan?.target !== "gcp") throw new ProblemsError(problems);
  const machine = { env, isPreview: true, stackFile };
  refuse([...problems, ...cloudProblems({ plan, servicesFolder: resolve("services"), machine })]);
  return plan;
};

const refusal = async (...args: Parameters<typeof check>): Promise<string> => {
  try {
    await check(...args);
  } catch (error) {
    expect(error).to.be.instanceOf(ProblemsError);
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
};

const systems = (...names: string[]) => ({ "fleet:systems": JSON.stringify(names) });
const awsKeys = JSON.stringify({ "marketplace-aws-access-key-id": "a", "marketplace-aws-secret-access-key": "b" });

describe("settings of a cloud stack", () => {
  after(() => pulumi.runtime.setAllConfig({}));

  it("are complete with a project, a region and somebody to tell", async () => {
    const { cloud, systems: planned } = await check({});
    expect(cloud).to.include({
      project: "acme-shop",
      region: "europe-west1",
      sql: "shared",
      deletionProtection: true,
    });
    expect([...planned.values()].filter(({ runs }) => runs).map(({ name }) => name)).to.deep.equal(["booking"]);
  });

  it("run every system with what their owner alone knows, which they ask for in one round", async () => {
    const silent = Object.fromEntries(Object.keys(right).map((key) => [key, undefined]));
    const message = await refusal({ ...silent, "fleet:target": "gcp" });
    const asked = [
      ...message.matchAll(/^ {2}- (?:prod: )?([\w:.-]+): is missing.*\n {4}cure: \.\/fleet pulumi config set (.*)$/gm),
    ];
    expect(message).to.match(/^7 problems/);
    expect(asked.map(([, path]) => path)).to.deep.equal([
      "gcp:project",
      "gcp:region",
      "fleet:alertEmail",
      "fleet:network",
      "fleet:messagingAccount",
      "fleet:secrets.marketplace-aws-access-key-id",
      "fleet:secrets.marketplace-aws-secret-access-key",
    ]);
    const { systems: planned } = await check({
      ...{ "fleet:systems": undefined, "fleet:network": "default", "fleet:messagingAccount": "123456789012" },
      "fleet:secrets": awsKeys,
    });
    expect([...planned.values()].filter(({ runs }) => !runs)).to.deep.equal([]);
  });

  it("are told how to go on with fewer systems where they named none", async () => {
    const fewer =
      "or name the systems that run: ./fleet pulumi config set --path 'fleet:systems[0]' booking --stack prod";
    expect(await refusal({ "fleet:systems": undefined })).to.include(fewer);
    expect(await refusal(systems("leads"))).to.not.include("or name the systems");
  });

  it("need nobody to tell where nothing is watched", async () => {
    expect((await check({ "fleet:alerts": "false", "fleet:alertEmail": undefined })).cloud.alerts).to.equal(false);
  });

  it("take a region that Google opened since the list was made, where they say so", async () => {
    const { cloud } = await check({ "gcp:region": "mars-east1", "fleet:anyRegion": "true" });
    expect(cloud.region).to.equal("mars-east1");
  });

  it("lift the deletion protection where they say so", async () => {
    const { cloud } = await check({ "fleet:deletionProtection": "false" });
    expect(cloud.deletionProtection).to.equal(false);
  });

  const refused: [what: string, config: Record<string, string | undefined>, message: RegExp][] = [
    [
      "no project",
      { "gcp:project": undefined },
      /prod: gcp:project: is missing; allowed: [^]*cure: \.\/fleet pulumi config set gcp:project <project> --stack prod/,
    ],
    [
      "a project's name instead of its id",
      { "gcp:project": "Acme Shop" },
      /gcp:project: Acme Shop is not a project's id/,
    ],
    [
      "no region",
      { "gcp:region": undefined },
      /prod: gcp:region: is missing[^]*cure: \.\/fleet pulumi config set gcp:region europe-west1 --stack prod/,
    ],
    ["a zone", { "gcp:region": "europe-west1-b" }, /gcp:region: europe-west1-b is not a region/],
    [
      "a slip in a region's name (M25)",
      { "gcp:region": "europe-wst1" },
      /gcp:region: europe-wst1 is not a region of Cloud Run .*Did you mean europe-west1\?[^]*cure: \.\/fleet pulumi config set gcp:region europe-west1 --stack prod/,
    ],
    [
      "a region that does not exist (M25)",
      { "gcp:region": "mars-east1" },
      /mars-east1 is not a region[^]*or if Google has opened it since: \.\/fleet pulumi config set fleet:anyRegion true --stack prod/,
    ],
    ["an unknown system", systems("bookings"), /bookings is not a system of the catalogue. Did you mean booking\?/],
    ["a third way to share", { "fleet:sql": "both" }, /fleet:sql: .*allowed: shared, perSystem/],
    ["a third way to share Redis", { "fleet:redis": "none" }, /fleet:redis: .*allowed: shared, perSystem/],
    [
      "a version of MySQL that it does not make",
      { "fleet:mysqlVersion": "8.4" },
      /fleet:mysqlVersion: .*allowed: MYSQL_8_0, MYSQL_8_4/,
    ],
    [
      "an unknown tier",
      { "fleet:databaseTier": "small" },
      /fleet:databaseTier: "small" is not a database tier; allowed: db-f1-micro/,
    ],
    [
      "a word for a number",
      { "fleet:databaseConnections": "many" },
      /fleet:databaseConnections: .*25 to 1000, or 0 for/,
    ],
    [
      "too few connections",
      { "fleet:databaseConnections": "20" },
      /fleet:databaseConnections: 20 is too few; allowed: .*25/,
    ],
    [
      "more connections than a tier bears",
      { "fleet:databaseTier": "db-f1-micro" },
      /fleet:databaseConnections: 100 connections need 10 MiB each, and db-f1-micro bears 61/,
    ],
    [
      "fewer connections than the services may want",
      { "fleet:databaseConnections": "50" },
      /database server postgres: 94 connections could be wanted at once, and it takes 50: .*booking\/usuarios 40 \(10 instances x 2 workers x 1 x 2\)/,
    ],
    [
      "a word for a protection",
      { "fleet:deletionProtection": "off" },
      /fleet:deletionProtection: .*allowed: true, false/,
    ],
    ["no instance at all", { "fleet:maxInstances": "0" }, /fleet:maxInstances: .*1 to 100/],
    ["Redis without a network", systems("leads"), /fleet:network: is missing; Redis/],
    ["an invalid network", { "fleet:network": "My Network" }, /fleet:network: "My Network" is not a network/],
    [
      "an invalid subnetwork",
      { "fleet:subnetwork": "10.0.0.0\/8" },
      /fleet:subnetwork: "10.0.0.0\/8" is not a subnetwork/,
    ],
    [
      "a registry with a path",
      { "fleet:registryHost": "host\/images" },
      /fleet:registryHost: "host\/images" is not a host name/,
    ],
    [
      "alerts without a recipient",
      { "fleet:alertEmail": undefined },
      /fleet:alertEmail: is missing: alerts are on but have no recipient[^]*cure: \.\/fleet pulumi config set fleet:alertEmail/,
    ],
    ["an invalid address", { "fleet:alertEmail": "ops" }, /fleet:alertEmail: "ops" is not an e-mail address/],
    ["a word for a switch", { "fleet:alerts": "on" }, /fleet:alerts: .*allowed: true, false/],
    [
      "a canary, which is ./fleet deploy's to make",
      { "fleet:canaryPercent": "10" },
      /fleet:canaryPercent: .*unknown|fleet:canaryPercent: is not/,
    ],
    [
      "a rotation of nothing",
      { "fleet:rotations": '{"booking-key":1}' },
      /fleet:rotations.booking-key: is not a secret/,
    ],
    [
      "a rotation of a value that the config gives",
      {
        "fleet:secrets": '{"booking-reservas-database-password":"x"}',
        "fleet:rotations": '{"booking-reservas-database-password":1}',
      },
      /counts rotations of a secret whose value fleet:secrets gives/,
    ],
    [
      "a rotation that was finished and is taken back",
      {
        "fleet:rotations": '{"booking-reservas-database-password":1}',
        "fleet:rekeyed": '{"booking-reservas-database-password":2}',
      },
      /fleet:rekeyed.booking-reservas-database-password: says that rotation 2 is finished, and fleet:rotations counts 1; allowed: up to 1\n[^]*fleet:rotations/,
    ],
    [
      "half a rotation",
      { "fleet:rotations": '{"booking-reservas-database-password":0.5}' },
      /fleet:rotations.booking-reservas-database-password/,
    ],
    [
      "messages without an account",
      { ...systems("marketplace"), "fleet:network": "default", "fleet:secrets": awsKeys },
      /fleet:messagingAccount: is missing; SNS and SQS belong to an AWS account/,
    ],
    ["an invalid account", { "fleet:messagingAccount": "acme" }, /fleet:messagingAccount: "acme" is not an account/],
    [
      "keys of AWS made by chance",
      {
        ...systems("marketplace"),
        "fleet:network": "default",
        "fleet:messagingAccount": "123456789012",
      },
      /fleet:secrets.marketplace-aws-access-key-id: is missing; a random value would open nothing/,
    ],
    ["messages in the open", { "fleet:messagingEndpoint": "http://sqs.example.com" }, /fleet:messagingEndpoint/],
    ["hot reload", { "fleet:hotReload": "true" }, /fleet:hotReload: works with the target local alone/],
    ["a port offset", { "fleet:portOffset": "5" }, /fleet:portOffset: works with the target local alone/],
  ];
  for (const [what, config, message] of refused) {
    it(`refuse ${what}`, async () => expect(await refusal(config)).to.match(message));
  }

  it("refuse the public passphrase of dev, by value and by file", async () => {
    const message =
      /stack prod: its secrets are encrypted with the public passphrase of dev[^]*change-secrets-provider passphrase --stack prod/;
    expect(await refusal({}, { PULUMI_CONFIG_PASSPHRASE_FILE: resolve("stacks/dev.passphrase") })).to.match(message);
    expect(await refusal({}, { PULUMI_CONFIG_PASSPHRASE: "fleet-dev" })).to.match(message);
    await check({}, { PULUMI_CONFIG_PASSPHRASE: "another" });
  });

  it("do not mind the public passphrase where a key encrypts the stack's secrets", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fleet-key-"));
    const file = join(folder, "Pulumi.prod.yaml");
    const env = { PULUMI_CONFIG_PASSPHRASE_FILE: resolve("stacks/dev.passphrase") };
    try {
      writeFileSync(file, "config:\n  fleet:target: gcp\nencryptionsalt: v1:x\n");
      expect(await refusal({}, env, file)).to.include("public passphrase");
      writeFileSync(file, "secretsprovider: passphrase\nencryptionsalt: v1:x\n");
      expect(await refusal({}, env, file)).to.include("public passphrase");
      writeFileSync(file, "secretsprovider: gcpkms://projects/p/locations/l\nencryptedkey: abc=\n");
      await check({}, env, file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("mean nothing on a laptop", async () => {
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "fleet", "dev");
    const defaults = { "fleet:target": "local", "fleet:maxInstances": "10", "fleet:deletionProtection": "true" };
    for (const [key, value] of Object.entries({ "fleet:sql": "perSystem", "fleet:deletionProtection": "false" })) {
      pulumi.runtime.setAllConfig({ ...defaults, [key]: value });
      expect(loadSettings).to.throw(new RegExp(`1 problem[^]*${key}: works with the target gcp alone`));
    }
  });

  it("report every problem at once", async () => {
    const message = await refusal({
      "gcp:project": undefined,
      "gcp:region": "x",
      "fleet:sql": "x",
      "fleet:alerts": "x",
    });
    for (const key of ["gcp:project", "gcp:region", "fleet:sql", "fleet:alerts"]) expect(message).to.include(key);
  });
});
