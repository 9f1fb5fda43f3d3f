import { expect } from "chai";
import { catalogue as ours, type Catalogue } from "../../../infra/catalogue";
import { catalogueProblems } from "../../../infra/catalogue/rules";
import {
  databaseUrl,
  redisUrl,
  secret,
  urlOf,
  whenOn,
  type Datastore,
  type System,
} from "../../../infra/catalogue/vocabulary";
import { shop, web, withServices, withWeb, catalogue } from "../example";

const withPostgres = (change: Partial<Datastore>): Catalogue => ({
  shop: {
    ...shop,
    datastores: { ...shop.datastores, postgres: { ...shop.datastores["postgres"], ...change } as Datastore },
  },
});
const mariadb = {
  engine: "mariadb",
  version: "11",
  onDemand: "mariadb",
  description: "Archive",
  databases: [{ name: "old", user: "old", password: "password" }],
  rootPassword: "superuser",
  healthCheck: web.healthCheck,
  limits: web.limits,
} as const satisfies Datastore;
const withMariadb = (env: System["services"][string]["env"]): Catalogue => ({
  shop: { ...shop, datastores: { ...shop.datastores, mariadb }, services: { web: { ...web, after: [], env } } },
});

describe("the rules of a catalogue", () => {
  it("find nothing wrong with ours", () => {
    expect(catalogueProblems(ours)).to.deep.equal([]);
    expect(catalogueProblems(catalogue)).to.deep.equal([]);
    expect(catalogueProblems(withMariadb({ ARCHIVE: whenOn("mariadb", databaseUrl("mariadb", "old")) }))).to.deep.equal(
      [],
    );
  });

  const broken: [what: string, catalogue: Catalogue, path: string, message: RegExp][] = [
    ["a name with capitals", { Shop: shop }, "Shop", /"Shop" is not made of lower-case words/],
    ["a name that is too long", { [`s${"x".repeat(40)}`]: shop }, ".postgres", /has 49 characters; at most 36/],
    [
      "one name for a datastore and a service",
      withServices({ ...shop.services, redis: web }),
      "shop.redis",
      /name of two parts/,
    ],
    [
      "an unknown database",
      withWeb({ env: { URL: databaseUrl("postgres", "shpo") } }),
      "shop.web.env.URL",
      /no database shpo. Did you mean shop\?/,
    ],
    [
      "an unknown datastore",
      withWeb({ env: { URL: databaseUrl("postgers", "shop") } }),
      "shop.web.env.URL",
      /datastore postgers. Did you mean postgres\?/,
    ],
    [
      "a database reference to Redis",
      withWeb({ env: { URL: databaseUrl("redis", "shop") } }),
      "shop.web.env.URL",
      /no postgres\/postgis\/mariadb datastore redis/,
    ],
    [
      "a Redis reference to Postgres",
      withWeb({ env: { URL: redisUrl("postgres", 0) } }),
      "shop.web.env.URL",
      /no redis datastore postgres/,
    ],
    [
      "an unknown secret",
      withWeb({ env: { KEY: secret("kye") } }),
      "shop.web.env.KEY",
      /no secret kye. Did you mean key\?/,
    ],
    ["an unknown service", withWeb({ env: { URL: urlOf("cart") } }), "shop.web.env.URL", /no web service cart/],
    ["a URL of a job", withWeb({ env: { URL: urlOf("migrate") } }), "shop.web.env.URL", /no web service migrate/],
    [
      "waiting for an unknown job",
      withWeb({ after: ["migrat"] }),
      "shop.web.after",
      /no job migrat. Did you mean migrate\?/,
    ],
    [
      "waiting for what is no job",
      withServices({ ...shop.services, api: { ...web, hostPort: 9001, after: ["web"] } }),
      "shop.api.after",
      /no job web/,
    ],
    [
      "a bad memory unit",
      withWeb({ limits: { cpu: 1, memory: "1Gi" as "1Mi" } }),
      "shop.web.limits.memory",
      /1Gi is not an amount of memory; allowed: whole mebibytes/,
    ],
    [
      "no CPU at all",
      withWeb({ limits: { cpu: 0, memory: "256Mi" } }),
      "shop.web.limits.cpu",
      /allowed: above 0, at most 8/,
    ],
    ["a port out of range", withWeb({ hostPort: 70_000 }), "shop.web.hostPort", /70000 is not a port/],
    [
      "a duplicate host port",
      withServices({ ...shop.services, api: web }),
      "shop.api.hostPort",
      /9000 is already the host port of shop.web/,
    ],
    [
      "a health path without slash",
      withWeb({ healthPath: "healthz" as "/" }),
      "shop.web.healthPath",
      /does not start with \//,
    ],
    [
      "a datastore's unknown secret",
      withPostgres({ superuserPassword: "superusr" }),
      "shop.postgres",
      /no secret superusr. Did you mean superuser\?/,
    ],
    [
      "an on-demand datastore used without whenOn",
      withMariadb({ ARCHIVE: databaseUrl("mariadb", "old") }),
      "shop.web.env.ARCHIVE",
      /runs on demand, so the variable may be absent/,
    ],
    [
      "whenOn of what always runs",
      withWeb({ env: { URL: whenOn("postgres", databaseUrl("postgres", "shop")) } }),
      "shop.web.env.URL",
      /no on-demand datastore postgres/,
    ],
    [
      "onlyWith of what always runs",
      withWeb({ onlyWith: "postgres" }),
      "shop.web.onlyWith",
      /no on-demand datastore postgres/,
    ],
    [
      "a network that nobody offers",
      { shop: { ...shop, joinsNetworks: ["leads/mesh"] } },
      "shop.joinsNetworks",
      /leads\/mesh is offered by no system/,
    ],
    [
      "a cycle",
      withServices({
        a: { ...web, after: [], env: { B: urlOf("b") } },
        b: { ...web, after: [], hostPort: 9001, env: { A: urlOf("a") } },
      }),
      "shop",
      /wait for each other: a -> b -> a/,
    ],
  ];
  for (const [what, wrong, path, message] of broken) {
    it(`refuse ${what}`, () => {
      const problems = catalogueProblems(wrong);
      const found = problems.filter((problem) => problem.path.endsWith(path) && message.test(problem.message));
      expect(found, JSON.stringify(problems, null, 2)).to.have.length.of.at.least(1);
      expect(found[0]?.path).to.match(/^catalogue: /);
      expect(found[0]?.cure).to.have.length.of.at.least(5);
    });
  }

  it("report everything at once", () => {
    expect(catalogueProblems(withWeb({ hostPort: 0, limits: { cpu: 0, memory: "1" as "1Mi" } }))).to.have.lengthOf(3);
  });
});
