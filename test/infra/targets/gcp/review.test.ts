import { expect } from "chai";
import type { CloudSettings } from "../../../../infra/settings/cloud";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { catalogue } from "../../../../infra/catalogue";
import { cloudProblems } from "../../../../infra/targets/gcp/preflight";
import { one, type Asked } from "../../../inventory";
import { cloud, cloudPlan, cloudSettings, everySystem } from "../../example";
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

describe("the project of reviews", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-stacks-"));
  after(() => rmSync(folder, { recursive: true }));
  const problems = (stack: string, project: string): string[] => {
    const settings = {
      ...cloudSettings,
      stack,
      cloud: { ...cloud, reviews: 2, reviewSlot: stack === "review-base" ? 0 : 1, project },
    };
    const machine = { env: {}, isPreview: true, stackFile: join(folder, `Pulumi.${stack}.yaml`) };
    return cloudProblems({ plan: cloudPlan(catalogue, settings), servicesFolder: resolve("services"), machine })
      .filter(({ path }) => path === "gcp:project")
      .map(({ message }) => message);
  };

  it("is no other stack's, whoever says so and however it is written", () => {
    for (const written of ["acme-shop", '"acme-shop"'])
      for (const stack of ["review-base", "pr-12"]) {
        writeFileSync(join(folder, "Pulumi.prod.yaml"), `config:\n  fleet:target: gcp\n  gcp:project: ${written}\n`);
        expect(problems(stack, "acme-shop").join(), written).to.match(
          /^acme-shop is the project of prod, where no review/,
        );
      }
  });

  it("may be that of other reviews", () => {
    writeFileSync(join(folder, "Pulumi.review-base.yaml"), "config:\n  gcp:project: acme-reviews\n");
    expect(problems("pr-12", "acme-reviews")).to.deep.equal([]);
  });
});
