import { expect } from "chai";
import { one, type Asked } from "../../../inventory";
import { everySystem } from "../../example";
import { askedOfGoogle, ofType, POOL, SERVICE } from "../cloud";

describe("the systems that use Redis", () => {
  let all: Asked[];
  before(async () => {
    all = await askedOfGoogle({ settings: everySystem });
  });

  it("share one Redis with a password, which those who need it reach through the network", () => {
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

  it("have a Redis for each system where that is asked for", async () => {
    const asked = await askedOfGoogle({ settings: everySystem, cloud: { redis: "perSystem" } });
    expect(ofType(asked, "gcp:redis/instance:Instance")).to.have.lengthOf(3);
  });
});
