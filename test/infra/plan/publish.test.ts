import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import type { Catalogue } from "../../../infra/catalogue";
import { urlOf, type Job, type System } from "../../../infra/catalogue/vocabulary";
import { publish } from "../../../infra/plan/publish";
import { publishedPlanSchema, type PublishedPlan } from "../../../infra/plan/published";
import type { Settings } from "../../../infra/settings/schema";
import { catalogue, cloud, cloudSettings, settings, shop, web, withServices, makePlan } from "../example";

const published = (of: { catalogue?: Catalogue; settings?: Settings } = {}): PublishedPlan =>
  publish(makePlan(of.catalogue ?? catalogue, of.settings ?? settings));

/** The shop with a database on demand, and a job that is only there with it. */
const withMariadb: Catalogue = {
  shop: {
    ...shop,
    secrets: { ...shop.secrets, root: { length: 32 }, calls: { length: 32 } },
    offersNetwork: "service_network",
    datastores: {
      ...shop.datastores,
      maria: {
        ...{ engine: "mariadb", version: "11.4", description: "Calls", onDemand: "mariadb", rootPassword: "root" },
        ...{ databases: [{ name: "calls", user: "calls", password: "calls" }], hostPort: 3306 },
        ...{ healthCheck: web.healthCheck, limits: web.limits },
      },
    },
    services: {
      ...shop.services,
      "migrate-calls": { ...(shop.services["migrate"] as System["services"][string]), onlyWith: "maria" },
    },
  },
};

/** A system of twenty web services, as long in its words as ours are. */
const large = (index: number): System => ({
  ...shop,
  title: "A system with a title of some words",
  datastores: Object.fromEntries(
    Object.entries(shop.datastores).map(([name, datastore]) => [name, { ...datastore, description: DESCRIPTION }]),
  ),
  services: {
    migrate: shop.services["migrate"] as System["services"][string],
    ...Object.fromEntries(
      Array.from({ length: 19 }, (_, at) => [
        `web-service-${at}`,
        {
          ...web,
          description: DESCRIPTION,
          command: ["python", "-m", "gunicorn", "config.wsgi", "--bind=0.0.0.0:8080", "--workers=4", "--threads=8"],
          hostPort: 20_000 + index * 20 + at,
          ...(at > 0 && { env: { ...web.env, OTHER_SERVICE_URL: urlOf(`web-service-${at - 1}`) } }),
        },
      ]),
    ),
  },
});
const DESCRIPTION = "What this part is there for, told in a sentence of a hundred letters that nobody will ever read";

const inCloud: Settings = {
  ...cloudSettings,
  systems: ["shop"],
  cloud: { ...cloud, network: "default", maxInstances: 2 },
};

describe("the published plan", () => {
  it("has the shape that its readers check", () => {
    for (const plan of [published(), published({ settings: inCloud })])
      expect(publishedPlanSchema.parse(JSON.parse(JSON.stringify(plan)))).to.deep.equal(plan);
  });

  it("tells of each part what it is called, what it is made of and what it needs", () => {
    const { services, datastores, stack, target, mountsSource } = published({
      settings: { ...settings, portOffset: 5, hotReload: true },
    });
    expect({ stack, target, mountsSource }).to.deep.equal({ stack: "test", target: "local", mountsSource: true });
    expect(services).to.deep.equal([
      {
        ...{ id: "shop/migrate", system: "shop", name: "migrate", description: "Migrations", kind: "job" },
        ...{ container: "shop_test_migrate", image: "leads", command: ["python", "manage.py", "migrate"] },
        ...{ rerunOn: "migrations", needs: ["shop/postgres"], joins: [] },
      },
      {
        ...{ id: "shop/web", system: "shop", name: "web", description: "Shop window", kind: "web" },
        ...{ container: "shop_test_web", image: "leads", joins: [], healthPath: "/healthz", hostPort: 9005 },
        needs: ["shop/postgres", "shop/redis", "shop/migrate"],
      },
    ]);
    expect(datastores[0]).to.deep.equal({
      ...{ id: "shop/postgres", system: "shop", name: "postgres", description: "Database", engine: "postgres" },
      ...{ version: "15", runs: true, container: "shop_test_postgres", volume: "shop_test_postgres_data" },
      databases: [{ name: "shop", user: "shop" }],
    });
  });

  it("tells the command that takes away what a job made elsewhere, of such jobs alone", () => {
    const takesAway = ["ensure_queue", "--remove"];
    const migrate = shop.services["migrate"] as Job;
    const { services } = published({ catalogue: withServices({ migrate, queue: { ...migrate, takesAway } }) });
    expect(services.map(({ id, takesAway: command }) => [id, command])).to.deep.equal([
      ["shop/migrate", undefined],
      ["shop/queue", takesAway],
    ]);
    expect(services[0]).to.not.have.property("takesAway");
  });

  it("tells what rests, and what of it is kept", () => {
    const off = published({ catalogue: withMariadb });
    const maria = off.datastores.find(({ id }) => id === "shop/maria");
    expect(maria).to.include({ runs: false, onDemand: "mariadb", volume: "shop_test_maria_data", hostPort: 3306 });
    expect(off.resting).to.deep.equal([{ id: "shop/migrate-calls", onlyWith: "shop/maria" }]);
    expect(off.systems).to.deep.equal([
      { name: "shop", title: "Shop", runs: true, offersNetwork: "shop/service_network" },
    ]);
    const on = published({ catalogue: withMariadb, settings: { ...settings, mariadb: true } });
    expect(on.resting).to.deep.equal([]);
    expect(on.services.map(({ id }) => id)).to.include("shop/migrate-calls");
  });

  it("has Google's names in the cloud, and no ports or volumes of a laptop", () => {
    const plan = published({ catalogue: withMariadb, settings: inCloud });
    expect(plan.target).to.equal("gcp");
    expect(plan.services.map(({ container }) => container)).to.deep.equal(["prod-shop-migrate", "prod-shop-web"]);
    expect(plan.datastores.map(({ container }) => container)).to.deep.equal([
      "prod-postgres",
      "prod-shop-redis-tls",
      undefined,
    ]);
    for (const part of [...plan.services, ...plan.datastores]) expect(part).to.not.have.any.keys("volume", "hostPort");
  });

  it("names secrets, and holds nothing of the machine, its user or the time", () => {
    const plan = published({ settings: { ...settings, secrets: ["shop-key"], imagePrefix: "mirror.example/" } });
    expect(plan.secrets).to.deep.equal(["shop-key", "shop-password", "shop-superuser", "shop-redis-password"]);
    const text = JSON.stringify(plan);
    expect(text).to.not.include("mirror.example").and.not.include(resolve()).and.not.include(tmpdir());
    expect(text).to.not.match(/"\/(home|root|Users|tmp|work)\//);
    expect(text).to.not.match(new RegExp(`\\b${userInfo().username}\\b`));
    expect(text).to.not.match(/\b20\d\d-\d\d-\d\d|\b1[6-9]\d{8,11}\b|\b[0-9a-f]{40}\b/);
  });

  it("has equal bytes from two folders of the same commit", () => {
    const script = `
      const { wantedPlan } = require("./stacks/wanted.ts");
      const { publish } = require("./infra/plan/publish.ts");
      const of = { stack: "dev", configFile: "Pulumi.dev.yaml" };
      process.stdout.write(JSON.stringify(publish(wantedPlan(of))));`;
    const from = (folder: string): string =>
      execFileSync(process.execPath, ["--import", "tsx", "--eval", script], { cwd: folder, encoding: "utf8" });
    const other = mkdtempSync(join(tmpdir(), "fleet-publish-"));
    try {
      for (const name of ["infra", "stacks", "docker", "Pulumi.dev.yaml", "package.json", "tsconfig.json"])
        cpSync(name, join(other, name), { recursive: true });
      symlinkSync(resolve("node_modules"), join(other, "node_modules"));
      const ours = from(resolve());
      expect(JSON.parse(ours)).to.have.property("stack", "dev");
      expect(from(other)).to.equal(ours);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it("takes at most 1 KiB a service, of 200", () => {
    const catalogue = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`system-${at}`, large(at)]));
    const plan = published({ catalogue });
    expect(plan.services).to.have.lengthOf(200);
    expect(JSON.stringify(plan).length / plan.services.length).to.be.below(1024);
  });
});
