import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { Datastore, System } from "../../../infra/catalogue/vocabulary";
import { databasePart, databaseUrl } from "../../../infra/catalogue/vocabulary";
import type { CloudPlan } from "../../../infra/plan/plan";
import type { StoredValue } from "../../../infra/plan/stored-secrets";
import { SecretStore, SecretValuesOfStack } from "../../../infra/targets/gcp/secrets";
import { inventoryOf } from "../../inventory";
import { catalogue, cloud, cloudPlan, cloudSettings, shop, web } from "../example";
import { askedOfGoogle, SERVICE, envOf } from "./cloud";

const SECRET = "gcp:secretmanager/secret:Secret";
const planOf = (rotations: Record<string, number> = {}): CloudPlan =>
  cloudPlan(catalogue, {
    ...cloudSettings,
    systems: ["all"],
    cloud: { ...cloud, network: "default", maxInstances: 2, rotations },
  });

class Parent extends pulumi.ComponentResource {
  constructor() {
    super("test:Parent", "parent");
  }
}
const address: StoredValue = { kind: "database", datastore: "shop/postgres", database: "shop", part: "url" };

const storing = (...values: StoredValue[]) =>
  inventoryOf(
    () => {
      const store = new SecretStore({ plan: planOf(), dependsOn: [] });
      const parent = new Parent();
      for (const stored of values) store.store({ stored, system: "shop", value: "secret", parent });
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
    const asked = await storing(address, { ...address });
    expect(asked.filter(({ type }) => type === SECRET)).to.have.lengthOf(1);
  });

  it("is refused a second time under its name where it is something else; the message names both", async () => {
    const error = await failureOf(() => storing(address, { kind: "secret", secret: "shop-url" }));
    expect((error as Error).message).to.match(/two values would be stored as shop-url: .*shop\/postgres.*shop-url/);
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

describe("a password", () => {
  const passwordOf = (rotation: number, turn: "first" | "second") =>
    inventoryOf(
      () => {
        const parent = new Parent();
        const plan = planOf({ "shop-password": rotation });
        new SecretValuesOfStack({ plan, given: {}, parentOf: () => parent }).passwordOf("shop-password", turn);
        return Promise.resolve();
      },
      { stateOf: () => ({}), stack: "prod" },
    );

  it("is made for the user who has had a turn, and for no other", async () => {
    const made = async (rotation: number, turn: "first" | "second") =>
      (await passwordOf(rotation, turn)).filter(({ type }) => type.endsWith("RandomPassword"));
    expect((await made(1, "second"))[0]).to.deep.include({ name: "shop-password-b" });
    expect((await made(1, "first"))[0]?.inputs["keepers"]).to.deep.equal({ rotation: "0" });
    expect(((await failureOf(() => passwordOf(0, "second"))) as Error).message).to.match(/has had no turn yet/);
  });
});
