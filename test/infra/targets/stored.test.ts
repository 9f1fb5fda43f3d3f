import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { makePlan } from "../../../infra/plan/make-plan";
import type { Datastore, System } from "../../../infra/catalogue/vocabulary";
import { databasePart, databaseUrl } from "../../../infra/catalogue/vocabulary";
import { PlainError } from "../../../infra/problems";
import type { CloudPlan } from "../../../infra/plan/cloud";
import { SecretStore, SecretValuesOfStack } from "../../../infra/targets/gcp/secrets";
import { inventoryOf } from "../../inventory";
import { catalogue, cloud, cloudSettings, shop, web } from "../example";
import { askedOfGoogle, SERVICE, envOf } from "./cloud";

const SECRET = "gcp:secretmanager/secret:Secret";
const planOf = (rotations: Record<string, number> = {}): CloudPlan =>
  makePlan(catalogue, {
    ...cloudSettings,
    systems: ["all"],
    cloud: { ...cloud, network: "default", rotations },
  }) as CloudPlan;

class Parent extends pulumi.ComponentResource {
  constructor() {
    super("test:Parent", "parent");
  }
}
const storing = (...sources: string[]) =>
  inventoryOf(
    () => {
      const store = new SecretStore({ plan: planOf(), dependsOn: [] });
      const parent = new Parent();
      for (const source of sources) store.store({ name: "shop-url", system: "shop", source, value: source, parent });
      return Promise.resolve();
    },
    { stateOf: () => ({}), stack: "prod" },
  );

const failureOf = (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => undefined,
    (error: unknown) => error,
  );

describe("what is kept in Secret Manager", () => {
  it("is made once, however many services read it", async () => {
    const asked = await storing("the address of shop/postgres/shop", "the address of shop/postgres/shop");
    expect(asked.filter(({ type }) => type === SECRET)).to.have.lengthOf(1);
  });

  it("is refused a second time under its name where it is something else; the message names both", async () => {
    const error = await failureOf(() => storing("the address of shop/postgres/shop", "the address of shop/old/shop"));
    expect(error).to.be.instanceOf(PlainError);
    expect((error as Error).message).to.match(
      /the address of shop\/old\/shop cannot be kept under the name shop-url: the address of shop\/postgres\/shop is/,
    );
  });

  it("has names of its own for a user and an address beside a password of any name", async () => {
    const database = { name: "shop", user: "shop", password: "pass" };
    const odd: System = {
      ...shop,
      secrets: { ...shop.secrets, pass: { length: 32 } },
      datastores: { postgres: { ...shop.datastores["postgres"], databases: [database] } as Datastore },
      services: {
        web: {
          ...web,
          after: [],
          env: {
            URL: databaseUrl("postgres", "shop"),
            USER: databasePart("postgres", "shop", "user"),
            PASSWORD: databasePart("postgres", "shop", "password"),
          },
        },
      },
    };
    const asked = await askedOfGoogle({
      catalogue: { shop: odd },
      settings: { systems: ["all"] },
      cloud: { maxInstances: 2 },
    });
    const env = envOf(asked.find(({ type }) => type === SERVICE)!);
    const secrets = ["URL", "USER", "PASSWORD"].map((name) => env[name]?.valueSource?.secretKeyRef.secret);
    expect(secrets).to.deep.equal(["prod-shop-pass-url", "prod-shop-pass-user", "prod-shop-pass"]);
  });
});

describe("a secret's value", () => {
  it("is one under a name: the value now and a user's own password are refused where they differ", async () => {
    const work = (rotation: number) => () =>
      inventoryOf(
        () => {
          const parent = new Parent();
          const plan = planOf({ "shop-password": rotation });
          const values = new SecretValuesOfStack({ plan, given: {}, parentOf: () => parent });
          values.valueOf("shop-password");
          values.passwordOf("shop-password", "first");
          return Promise.resolve();
        },
        { stateOf: () => ({}), stack: "prod" },
      );
    expect(await failureOf(work(0))).to.equal(undefined);
    expect(await failureOf(work(1)))
      .to.be.instanceOf(PlainError)
      .with.property("message")
      .that.matches(/shop-password after 0 rotations cannot be kept .* shop-password after 1 rotations is/);
  });
});
