import { expect } from "chai";
import { catalogue as ours } from "../../../infra/catalogue";
import { databasePart, databaseUrl } from "../../../infra/catalogue/vocabulary";
import {
  activeTurn,
  passwordName,
  keptBy,
  rotationOf,
  sameValue,
  storedIn,
  storedName,
  storedValues,
  userName,
  usersOf,
  type StoredValue,
} from "../../../infra/plan/stored-secrets";
import { catalogue, cloud, cloudPlan, cloudSettings, everySystem, shop, web } from "../example";

const roomy = { ...cloud, network: "default", maxInstances: 2 };
const planOf = (rotations: Record<string, number> = {}, of = catalogue) =>
  cloudPlan(of, { ...cloudSettings, systems: ["all"], cloud: { ...roomy, rotations } });
const database = (part: "user" | "password" | "url"): StoredValue => ({
  ...{ kind: "database", datastore: "shop/postgres", database: "shop", part },
});

describe("a stored value", () => {
  it("is named after what it is", () => {
    const named: [StoredValue, string][] = [
      [{ kind: "secret", secret: "shop-key" }, "shop-key"],
      [database("password"), "shop-password"],
      [database("user"), "shop-password".replace("-password", "-user")],
      [database("url"), "shop-url"],
      [{ kind: "redis", datastore: "shop/redis", index: 1 }, "shop-redis-url-1"],
      [{ kind: "administrator", server: "postgres" }, "postgres-admin-password"],
    ];
    for (const [value, name] of named) expect(storedName(value, planOf())).to.equal(name);
  });

  it("of a database whose password has another ending stands beside it", () => {
    const databases = [{ name: "shop", user: "shop", password: "pass" }];
    const postgres = { ...shop.datastores["postgres"], databases } as (typeof shop.datastores)[string];
    const odd = {
      ...shop,
      secrets: { ...shop.secrets, pass: { length: 8 } },
      datastores: { ...shop.datastores, postgres },
    };
    const plan = planOf({}, { shop: odd });
    expect((["password", "user", "url"] as const).map((part) => storedName(database(part), plan))).to.deep.equal([
      "shop-pass",
      "shop-pass-user",
      "shop-pass-url",
    ]);
  });

  it("is what of an environment nobody else may see", () => {
    expect(storedIn("text")).to.equal(undefined);
    expect(storedIn({ kind: "serviceUrl", service: "shop/web" })).to.equal(undefined);
    for (const part of ["host", "port", "name", "instance"] as const)
      expect(storedIn({ kind: "database", datastore: "shop/postgres", database: "shop", part })).to.equal(undefined);
    expect(storedIn({ kind: "secret", secret: "shop-key" })).to.deep.equal({ kind: "secret", secret: "shop-key" });
  });

  it("counts once, however many services read it and in whatever order its reference is written", () => {
    const reader = {
      ...web,
      hostPort: 9001,
      after: [],
      env: { URL: databaseUrl("postgres", "shop"), USER: databasePart("postgres", "shop", "user") },
    };
    const plan = planOf({}, { shop: { ...shop, services: { ...shop.services, reader } } });
    expect(storedValues(plan).map(({ name }) => name)).to.have.members([
      "shop-url",
      "shop-user",
      "shop-key",
      "shop-redis-url-1",
      "postgres-admin-password",
    ]);
    expect(sameValue({ kind: "secret", secret: "a" })).to.equal(sameValue({ secret: "a", kind: "secret" }));
  });

  it("keeps the names of a prod that is deployed", () => {
    const names = storedValues(cloudPlan(ours, everySystem)).map(({ name }) => name);
    expect(names).to.include.members([
      "booking-reservas-database-password",
      "booking-reservas-database-user",
      "booking-reservas-django-secret-key",
      "leads-postgres-url",
      "marketplace-redis-url-2",
      "postgres-admin-password",
    ]);
  });
});

describe("the two users of a database", () => {
  it("take turns: a rotation makes the other one active, and the one before keeps its password", () => {
    expect([0, 1, 2, 3].map(activeTurn)).to.deep.equal(["first", "second", "first", "second"]);
    expect([0, 1, 2, 3].map((rotation) => rotationOf("first", rotation))).to.deep.equal([0, 0, 2, 2]);
    expect([0, 1, 2, 3].map((rotation) => rotationOf("second", rotation))).to.deep.equal([undefined, 1, 1, 3]);
  });

  it("both have passwords of after a rotation once it is finished", () => {
    const kept = (turn: "first" | "second", rotation: number, isRekeyed: boolean) =>
      keptBy(turn, { rotation, isRekeyed });
    // The one that rests keeps its password while a revision may still use it, then gets one that nobody ever had.
    expect([kept("first", 1, false), kept("first", 1, true)]).to.deep.equal(["0", "at rest after 1"]);
    expect([kept("second", 1, false), kept("second", 1, true)]).to.deep.equal(["1", "1"]);
    // The next rotation gives it another one again, and leaves the one in use alone.
    expect([kept("first", 2, false), kept("second", 2, false)]).to.deep.equal(["2", "1"]);
    expect([kept("first", 0, true), kept("second", 0, true)]).to.deep.equal(["0", undefined]);
  });

  it("are made once they have had a turn, each with a password of its own name", () => {
    const [shopDatabase] = [{ name: "shop", user: "shop", password: "shop-password" }];
    expect(usersOf(shopDatabase, planOf()).map(({ user }) => user)).to.deep.equal(["shop"]);
    expect(usersOf(shopDatabase, planOf({ "shop-password": 1 })).map(({ user }) => user)).to.deep.equal([
      "shop",
      "shop_b",
    ]);
    expect(userName("shop", "second")).to.equal("shop_b");
    expect(passwordName("shop-password", "second")).to.equal("shop-password-b");
  });
});
