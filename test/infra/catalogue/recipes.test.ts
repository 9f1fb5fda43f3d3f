import { expect } from "chai";
import { databaseParts, django, mariadb, postgis, postgres, redis, system } from "../../../infra/catalogue/recipes";
import { catalogueProblems } from "../../../infra/catalogue/rules";
import { databaseUrl, type Database, type System } from "../../../infra/catalogue/vocabulary";

const { job, migrate, web, worker } = django({
  folder: "shop",
  env: databaseParts("db_main", "shop"),
  pool: { development: 4, production: 1 },
});

const shop = (change: Partial<Parameters<typeof system>[0]> = {}): System =>
  system({
    title: "Shop",
    datastores: { db_main: postgres({ description: "Shop", databases: [{ name: "shop" }] }) },
    services: { migrate: migrate(), web: web({ description: "Shop window", port: 8080, hostPort: 9000 }) },
    ...change,
  });

const databasesOf = ({ datastores }: System, host: string): readonly Database[] => {
  const datastore = datastores[host];
  return datastore !== undefined && "databases" in datastore ? datastore.databases : [];
};

describe("the recipes", () => {
  it("make a system that breaks no rule", () => {
    expect(catalogueProblems({ shop: shop() })).to.deep.equal([]);
  });

  it("bring along every secret, a server's named by its host and a database's by its name", () => {
    const { secrets } = shop({
      datastores: {
        db_main: postgres({
          description: "Shop",
          databases: [{ name: "shop" }, { name: "old", password: "old-word" }],
        }),
        archive: mariadb({ description: "Archive", databases: [{ name: "past" }] }),
        redis: redis({ description: "Cache" }),
      },
      secrets: { outside: { length: 20, fromOutside: true } },
    });
    expect(secrets).to.deep.equal({
      "django-secret-key": { length: 50 },
      "db-main-superuser-password": { length: 32 },
      "shop-database-password": { length: 32 },
      "old-word": { length: 32 },
      "past-database-password": { length: 32 },
      "archive-root-password": { length: 32 },
      "redis-password": { length: 32 },
      outside: { length: 20, fromOutside: true },
    });
  });

  it("keep the names of what is there when a database is added to a server", () => {
    const databases = [{ name: "shop" }];
    const before = shop({ datastores: { main: postgres({ description: "Shop", databases }) } });
    const more = postgres({ description: "Shop", databases: [...databases, { name: "second" }] });
    expect(databasesOf(shop({ datastores: { main: more } }), "main")[0]).to.deep.equal(databasesOf(before, "main")[0]);
  });

  it("say what is usual, and let an option say what is special", () => {
    const { datastores } = shop({
      datastores: {
        map: postgis({ description: "Map", databases: [], version: "16", limits: { cpu: 2, memory: "1024Mi" } }),
        redis: redis({ description: "Cache", hostPort: 6379 }),
      },
    });
    expect(datastores).to.containSubset({
      map: { engine: "postgis", version: "16", limits: { cpu: 2, memory: "1024Mi" } },
      redis: { engine: "redis", version: "7", hostPort: 6379, limits: { cpu: 0.5, memory: "256Mi" } },
    });
  });

  it("give every process of a project one image, environment and pool", () => {
    const parts = [
      migrate(),
      job({ description: "Job", command: ["tidy"], rerunOn: "tidy" }),
      web({ description: "Web", port: 8080, hostPort: 9000 }),
      worker({ description: "Worker", command: ["run"], maxHeartbeatAge: 30 }),
    ];
    for (const part of parts) {
      expect(part).to.deep.include({ image: "shop", pool: { development: 4, production: 1 } });
      expect(part.env).to.deep.include({ SERVICENAME: "shop", ...databaseParts("db_main", "shop") });
    }
  });

  it("add to the environment for one process alone", () => {
    const url = databaseUrl("db_main", "shop");
    expect(migrate({ env: { URL: url } }).env["URL"]).to.equal(url);
    expect(migrate().env).to.not.have.property("URL");
  });

  it("change one figure of how a service serves and keep the others", () => {
    const { serving } = web({ description: "Web", port: 8080, hostPort: 9000, serving: { workerTimeout: "0s" } });
    expect(serving).to.deep.equal({ processes: 2, concurrency: 8, requestTimeout: "60s", workerTimeout: "0s" });
  });
});
