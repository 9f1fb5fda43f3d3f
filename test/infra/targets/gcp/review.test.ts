import { expect } from "chai";
import type { CloudSettings } from "../../../../infra/settings/cloud";
import { one, type Asked } from "../../../inventory";
import { everySystem } from "../../example";
import { askedOfGoogle, INSTANCE, INVOKER, ofType, SERVICE, SQL_USER } from "../cloud";

const REPOSITORY = "gcp:artifactregistry/repository:Repository";
const REDIS = "gcp:redis/instance:Instance";
const DATABASE = "gcp:sql/database:Database";
const SECRET = "gcp:secretmanager/secret:Secret";

const asked = (stack: string, cloud: Partial<CloudSettings>): Promise<Asked[]> =>
  askedOfGoogle({ settings: { ...everySystem, stack, mariadb: false }, cloud: { reviews: 2, ...cloud } });

describe("the stack that reviews share", () => {
  let base: Asked[];
  before(async () => {
    base = await asked("review-base", {});
  });

  it("has servers, a registry and APIs, and nothing else", () => {
    expect(new Set(base.map(({ type }) => type).filter((type) => type.startsWith("gcp:")))).to.deep.equal(
      new Set(["gcp:projects/service:Service", REPOSITORY, INSTANCE, REDIS]),
    );
    expect(one(base, "images", REPOSITORY).inputs).to.include({ repositoryId: "review-base-images" });
    expect(one(base, "postgres", INSTANCE).inputs).to.include({
      name: "review-base-postgres",
      deletionProtection: true,
    });
  });
});

describe("a review", () => {
  let review: Asked[];
  before(async () => {
    review = await asked("pr-12", { reviewSlot: 2, reviewers: ["group:team@example.com"] });
  });

  it("makes no server and no registry", () => {
    for (const type of [REPOSITORY, INSTANCE]) expect(ofType(review, type), type).to.deep.equal([]);
  });

  it("takes its slot before anything is made but the APIs", () => {
    expect(one(review, "slot", SECRET).inputs).to.deep.include({
      secretId: "review-base-slot-2",
      labels: { "fleet-stack": "pr-12", "fleet-reviews": "2" },
    });
  });

  it("has databases and users of its own on the shared instance, which go with it", () => {
    const own = [...ofType(review, DATABASE), ...ofType(review, SQL_USER)];
    expect(own).to.have.length.greaterThan(8);
    for (const { inputs, name } of own) {
      expect(inputs, name).to.include({ instance: "review-base-postgres" });
      expect(inputs["name"], name).to.match(/_pr_12$/);
      expect(inputs["deletionPolicy"], name).to.equal(undefined);
    }
  });

  it("is open to those who review, and to nobody else", () => {
    const services = ofType(review, SERVICE).length;
    const members = ofType(review, INVOKER).map(({ inputs }) => String(inputs["member"]));
    expect(members).to.not.include("allUsers");
    expect(members.filter((member) => member === "group:team@example.com")).to.have.lengthOf(services);
  });
});
