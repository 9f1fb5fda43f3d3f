import { expect } from "chai";
import { deployedServers, redisProblems, type DeployedRedis } from "../../../../infra/targets/gcp/deployed";
import type { CloudSettings } from "../../../../infra/settings/cloud";
import { inventoryOf, one, type Asked } from "../../../inventory";
import { cloudPlan, everySystem, specified } from "../../example";
import { ACCESSOR, askedOfGoogle, ofType, POOL, SECRET_VERSION, SERVICE } from "../cloud";

const REDIS = "gcp:redis/instance:Instance";
const plain = { redis: "shared", redisTls: false } as const;

const namesOf = (asked: readonly Asked[]): string[] => ofType(asked, REDIS).map(({ inputs }) => inputs["name"]);
const addressIn = (asked: readonly Asked[]): string =>
  one(asked, "meet-redis-url-0", SECRET_VERSION).inputs["secretData"].secret;

describe("the systems that use Redis", () => {
  let all: Asked[];
  before(async () => {
    all = await askedOfGoogle({ settings: everySystem });
  });

  it("have one each, with a password and TLS, which those who need it reach through the network", () => {
    expect(namesOf(all)).to.have.members(["prod-leads-redis-tls", "prod-marketplace-redis-tls", "prod-meet-redis-tls"]);
    expect(one(all, "leads-redis-tls", REDIS).inputs).to.include({
      authEnabled: true,
      transitEncryptionMode: "SERVER_AUTHENTICATION",
      redisVersion: "REDIS_7_0",
      authorizedNetwork: "projects/acme-shop/global/networks/default",
    });
    expect(one(all, "marketplace-worker", POOL).inputs["template"].vpcAccess).to.deep.equal({
      networkInterfaces: [{ network: "default" }],
      egress: "PRIVATE_RANGES_ONLY",
    });
    expect(one(all, "callcenter-web", SERVICE).inputs["template"]).to.not.have.property("vpcAccess");
  });

  it("get the authority of their server in the address, and take no other", () => {
    const address = new URL(addressIn(all));
    expect(address.protocol).to.equal("rediss:");
    expect(Object.fromEntries(address.searchParams)).to.deep.equal({
      ssl_cert_reqs: "required",
      ssl_check_hostname: "false",
      ssl_exclude_verify_flags: "VERIFY_X509_STRICT",
      ssl_ca_data: "-----BEGIN CERTIFICATE-----\none\n-----BEGIN CERTIFICATE-----\nnext",
    });
    expect(ofType(all, ACCESSOR).length).to.be.greaterThan(0);
  });

  it("share the one without TLS that is deployed, where the settings say so, under its old names", async () => {
    const asked = await askedOfGoogle({ settings: everySystem, cloud: plain });
    expect(namesOf(asked)).to.deep.equal(["prod-redis"]);
    const { inputs } = one(asked, "redis", REDIS);
    expect(inputs).to.not.have.property("transitEncryptionMode");
    expect(inputs["labels"]).to.include({ "fleet-excused-redis-encrypted": "kept-as-it-was-deployed" });
    expect(addressIn(asked)).to.equal("redis://:redis-password@10.0.0.3:6379/8");
  });
});

describe("a deployed Redis", () => {
  const problems = (
    deployed: readonly Partial<DeployedRedis>[],
    change: Partial<CloudSettings> = {},
    systems = ["all"],
  ) =>
    redisProblems({
      plan: cloudPlan(specified, { ...everySystem, systems, cloud: { ...everySystem.cloud!, ...change } }),
      deployed: deployed.map((one) => ({ name: "", tier: "BASIC", ...one })),
    });

  it("is none in a new stack, which gets TLS and one each", () => {
    expect(problems([])).to.deep.equal([]);
  });

  it("that has no TLS is not replaced unasked: the update names the settings that keep it, and the one that gives it up", () => {
    const [problem, ...rest] = problems([{ name: "prod-redis" }]);
    expect(rest).to.deep.equal([]);
    expect(problem?.message).to.include("without TLS").and.include("would be deleted");
    for (const command of [
      "./fleet pulumi config set fleet:redis shared --stack prod && ./fleet pulumi config set fleet:redisTls false --stack prod",
      "./fleet pulumi config set fleet:redisGivenUp prod-redis --stack prod",
    ])
      expect(problem?.cure).to.include(command);
  });

  it("stays as it is with the settings that it was deployed by", () => {
    expect(problems([{ name: "prod-redis" }], plain)).to.deep.equal([]);
    expect(problems([{ name: "prod-leads-redis" }], { redisTls: false })).to.deep.equal([]);
  });

  it("is moved where a setting names it, and no other with it", () => {
    expect(problems([{ name: "prod-redis" }], { redisGivenUp: "prod-redis" })).to.deep.equal([]);
    const two = [{ name: "prod-leads-redis" }, { name: "prod-meet-redis" }];
    expect(problems(two, { redisGivenUp: "prod-leads-redis" }).map(({ path }) => path)).to.deep.equal([
      "redis prod-meet-redis",
    ]);
  });

  it("keeps its TLS: a setting that takes it away is refused as well", () => {
    const [problem] = problems([{ name: "prod-meet-redis-tls" }], { redisTls: false });
    expect(problem?.cure).to.include("config set fleet:redisTls true");
  });

  it("whose tier was changed by hand is not replaced unasked", () => {
    const [problem] = problems([{ name: "prod-meet-redis-tls", tier: "STANDARD_HA" }]);
    expect(problem?.message).to.include("STANDARD_HA");
  });

  it("goes with its system, as ever", () => {
    expect(problems([{ name: "prod-meet-redis-tls" }], {}, ["leads"])).to.deep.equal([]);
  });

  it("is looked for in the stack's own state", async () => {
    const urn = "urn:pulumi:prod::fleet::fleet:gcp:RedisServer$gcp:redis/instance:Instance::redis";
    const outputs = {
      [urn]: { type: REDIS, outputs: { name: "prod-redis", tier: "BASIC" } },
      other: { type: "x", outputs: {} },
    };
    let found: readonly DeployedRedis[] = [];
    await inventoryOf(async () => void (found = (await deployedServers()).redis), {
      stack: "prod",
      call: ({ inputs }) => (inputs["stackName"] === "organization/fleet/prod" ? { outputs } : {}),
    });
    expect(found).to.deep.equal([{ name: "prod-redis", tier: "BASIC" }]);
  });
});
