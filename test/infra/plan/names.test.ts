import { expect } from "chai";
import type { Catalogue } from "../../../infra/catalogue";
import {
  databaseUrl,
  secret,
  whenOn,
  type Datastore,
  type Postgres,
  type System,
} from "../../../infra/catalogue/vocabulary";
import { tryPlan } from "../../../infra/plan/make-plan";
import { catalogue, cloudSettings, settings, shop, web, withWeb } from "../example";

const problemsOf = (of: Catalogue): { path: string; message: string }[] => tryPlan(of, settings).problems;
const namesOf = (of: Catalogue): string[] => problemsOf(of).map(({ path, message }) => `${path} ${message}`);

const postgres = shop.datastores["postgres"] as Postgres;
const archive = {
  engine: "mariadb",
  version: "11",
  onDemand: "mariadb",
  description: "Archive",
  databases: [{ name: "old", user: "old", password: "old-password" }],
  rootPassword: "root-password",
  healthCheck: web.healthCheck,
  limits: web.limits,
} as const satisfies Datastore;

/** The shop with further secrets, by name. */
const withSecrets = (names: string[], change: Partial<System> = {}): Catalogue => ({
  shop: {
    ...shop,
    ...change,
    secrets: { ...shop.secrets, ...Object.fromEntries(names.map((name) => [name, { length: 32 }])) },
  },
});

/** The shop's server with a database for each of these password secrets, the first of them the shop's own. */
const databases = (...passwords: string[]): System["datastores"] => ({
  ...shop.datastores,
  postgres: {
    ...postgres,
    databases: passwords.map((password, index) => ({
      ...{ name: index === 0 ? "shop" : `shop${index}`, user: index === 0 ? "shop" : `shop${index}` },
      password,
    })),
  },
});

/** A second system of one web service on an own database. */
const small = (parts: { service?: string; datastore?: string; hostPort?: number } = {}): System => {
  const { service = "web", datastore = "postgres", hostPort = 9200 } = parts;
  const password = "password";
  return {
    title: "Small",
    secrets: { [password]: { length: 32 }, superuser: { length: 32 } },
    datastores: { [datastore]: { ...postgres, databases: [{ name: "small", user: "small", password }] } },
    services: {
      [service]: { ...web, hostPort, after: [], env: { DATABASE_URL: databaseUrl(datastore, "small") } },
    },
  };
};

const env = (variables: System["services"][string]["env"]): System["services"] => ({
  web: { ...web, after: [], env: { DATABASE_URL: databaseUrl("postgres", "shop"), ...variables } },
});

const OF_POSTGRES = /the password of shop\/postgres, database shop/;

describe("the names of a plan", () => {
  const refused: [what: string, catalogue: Catalogue, message: RegExp][] = [
    [
      "two databases of one server with one password",
      withSecrets([], { datastores: databases("password", "password") }),
      /shop\/postgres, database shop1 .*shop-password/,
    ],
    [
      "two databases of two servers with one password",
      withSecrets(["root-password"], {
        datastores: {
          ...shop.datastores,
          archive: { ...archive, databases: [{ name: "old", user: "old", password: "password" }] },
        },
      }),
      /shop\/archive, database old .*shop-password/,
    ],
    [
      "a database's password that is the superuser's too",
      withSecrets([], { datastores: { ...shop.datastores, postgres: { ...postgres, superuserPassword: "password" } } }),
      OF_POSTGRES,
    ],
    [
      "a database's password that a service reads as a secret",
      withWeb({ env: { ...web.env, PASSWORD: secret("password") } }),
      OF_POSTGRES,
    ],
    [
      "the same under whenOn, although it is off",
      withSecrets(["old-password", "root-password"], {
        datastores: { ...shop.datastores, archive },
        services: env({ PASSWORD: whenOn("archive", secret("old-password")) }),
      }),
      /the password of shop\/archive, database old/,
    ],
    ["a secret named as the second user's password", withSecrets(["password-b"]), OF_POSTGRES],
    [
      "a secret named as a database's address",
      withSecrets(["url"], { services: env({ OTHER: secret("url") }) }),
      /the url of shop\/postgres, database shop: .*shop-url/,
    ],
    [
      "a secret named as a Redis address",
      withSecrets(["redis-url-1"], {
        services: { ...shop.services, web: { ...web, env: { ...web.env, X: secret("redis-url-1") } } },
      }),
      /the address of shop\/redis, database 1/,
    ],
    [
      "two passwords whose derived names meet",
      withSecrets(["shop-password", "shop"], {
        datastores: databases("shop-password", "shop"),
        services: env({ SECOND: databaseUrl("postgres", "shop1") }),
      }),
      /the url of shop\/postgres, database shop.*shop-shop-url/,
    ],
    [
      "two systems whose secrets meet",
      { ...withSecrets(["old-key"]), "shop-old": { ...small(), secrets: { ...small().secrets, key: { length: 9 } } } },
      /shop-old-key/,
    ],
    [
      "names that Google spells alike",
      withSecrets(["a_key", "a-key"], { services: env({ A: secret("a_key"), B: secret("a-key") }) }),
      /the secret shop-a_key: .*shop-a-key/,
    ],
    [
      "services of two systems that are joined alike",
      { "a-b": small({ hostPort: 9100 }), a: small({ service: "b-web" }) },
      /a-b-web/,
    ],
    [
      "datastores of two systems that are joined alike",
      { "a-b": small({ hostPort: 9100 }), a: small({ datastore: "b-postgres" }) },
      /a-b-postgres/,
    ],
    [
      "containers of two systems that are joined alike",
      { a_test_b: small({ hostPort: 9100 }), a: small({ service: "b_test_web" }) },
      /the same container name as .*a_test_b_test_web|same name on Cloud Run/,
    ],
    ["a volume with the name of the cache", { shop: { ...shop, volumes: { cache: { description: "own" } } } }, /cache/],
  ];
  for (const [what, wrong, message] of refused)
    it(`refuse ${what}`, () => expect(namesOf(wrong).join("\n")).to.match(message));

  it("of a sound catalogue collide nowhere", () => {
    expect(problemsOf(catalogue)).to.deep.equal([]);
    expect(problemsOf({ "a-b": small({ hostPort: 9100 }), a: small() })).to.deep.equal([]);
    expect(problemsOf(withSecrets(["pass"], { datastores: databases("pass") }))).to.deep.equal([]);
  });

  it("are told with the settings that are wrong and the budget that does not fit, in one round", () => {
    const cloud = { ...cloudSettings.cloud!, databaseConnections: 25, network: "default" };
    const { problems } = tryPlan(withSecrets(["password-b"]), { ...cloudSettings, systems: ["all", "shoes"], cloud });
    expect(problems.map(({ path }) => path)).to.include.members([
      "fleet:systems",
      "catalogue: the secret shop-password-b",
      "database server postgres",
    ]);
  });
});
