import { expect } from "chai";
import type { Catalogue } from "../../../infra/catalogue";
import { hotReload, urlOf } from "../../../infra/catalogue/vocabulary";
import type { Settings } from "../../../infra/settings/schema";
import { ProblemsError } from "../../../infra/problems";
import { catalogue, settings, specified, web, withServices, makePlan } from "../example";

const plan = (change: Partial<Settings> = {}, of: Catalogue = specified) => makePlan(of, { ...settings, ...change });
const two = ["callcenter", "leads"];
const ids = (parts: ReadonlyMap<string, unknown>): string[] => [...parts.keys()];

describe("the plan", () => {
  it("holds no secret value, only names", () => {
    expect(plan({}, catalogue).services.get("shop/web")?.env["SECRET_KEY"]).to.deep.equal({
      kind: "secret",
      secret: "shop-key",
    });
    expect(ids(plan().secrets)).to.include("callcenter-django-secret-key");
  });

  it("puts each service after all that it needs", () => {
    const services = {
      front: { ...web, hostPort: 9001, after: [], env: { API: urlOf("api") } },
      api: { ...web, hostPort: 9002 },
      migrate: catalogue["shop"]!.services["migrate"]!,
    };
    expect(ids(plan({}, withServices(services)).services)).to.deep.equal(["shop/migrate", "shop/api", "shop/front"]);
  });

  it("needs the datastores that its environment speaks of, and the jobs it waits for", () => {
    expect(plan({}, catalogue).services.get("shop/web")?.needs).to.deep.equal([
      "shop/postgres",
      "shop/redis",
      "shop/migrate",
    ]);
  });

  it("keeps every datastore in view, and runs only those of the systems asked for", () => {
    const { datastores, services } = plan({ systems: ["leads"] });
    expect(ids(datastores)).to.include.members(["callcenter/db_postgres", "callcenter/db_mariadb", "meet/postgres"]);
    expect([...datastores.values()].filter(({ runs }) => runs).map(({ id }) => id)).to.have.members([
      "leads/postgres",
      "leads/redis",
    ]);
    expect(ids(services)).to.deep.equal(["leads/migrate", "leads/clear-sessions", "leads/web"]);
  });

  it("switches MariaDB with its job and its variable", () => {
    const of = (mariadb: boolean) => plan({ mariadb, systems: ["callcenter"] });
    const envOf = (mariadb: boolean) => of(mariadb).services.get("callcenter/web")?.env ?? {};
    expect(of(false).datastores.get("callcenter/db_mariadb")?.runs).to.equal(false);
    expect(ids(of(false).services)).to.not.include("callcenter/migrate-mariadb");
    expect(envOf(false)).to.not.have.property("MARIADB_URL");
    expect(of(true).datastores.get("callcenter/db_mariadb")?.runs).to.equal(true);
    expect(ids(of(true).services)).to.include("callcenter/migrate-mariadb");
    expect(envOf(true)).to.have.property("MARIADB_URL");
  });

  it("gives a variable to whoever reads an optional secret, where the stack's config gives its value", () => {
    const named = "meet-google-service-account-key";
    const envOf = (secrets: string[]) => plan({ secrets, systems: ["meet"] }).services.get("meet/worker")?.env;
    expect(envOf([])).to.not.have.property("GOOGLE_SERVICE_ACCOUNT_KEY");
    expect(envOf([named])).to.deep.include({ GOOGLE_SERVICE_ACCOUNT_KEY: { kind: "secret", secret: named } });
    expect(envOf([named])).to.not.have.property("GOOGLE_CALENDAR_SUBJECT");
  });

  it("lifts every host port by the offset", () => {
    const { services, datastores } = plan({ portOffset: 1000, systems: two });
    expect([...services.values()].flatMap((s) => (s.kind === "web" ? [s.hostPort] : []))).to.deep.equal([9000, 9086]);
    expect(datastores.get("leads/postgres")?.hostPort).to.equal(6436);
  });

  it("chooses stage and environment once", () => {
    expect(plan({ hotReload: true }).images.get("leads")).to.deep.equal({
      folder: "leads",
      stage: "development",
      mountsSource: true,
    });
    expect(plan({ hotReload: false }).images.get("leads")).to.deep.equal({
      folder: "leads",
      stage: "production",
      mountsSource: false,
    });
    const watched = withServices({ web: { ...web, after: [], env: { RELOAD: hotReload() } } });
    expect(plan({ hotReload: true }, watched).services.get("shop/web")?.env).to.include({
      RELOAD: "True",
      GUNICORN_RELOAD: "True",
    });
    expect(plan({ hotReload: false }, watched).services.get("shop/web")?.env).to.include({
      RELOAD: "False",
      GUNICORN_RELOAD: "False",
    });
    expect(plan({ target: "gcp" }).services.get("leads/web")?.env["DEBUG"]).to.equal("False");
  });

  const refused: [what: string, settings: Partial<Settings>, message: RegExp][] = [
    [
      "an unknown system",
      { systems: ["lead"] },
      /lead is not a system of the catalogue. Did you mean leads\? Allowed: all, callcenter, leads/,
    ],
    ["an unknown secret", { secrets: ["leads-postgres-pasword"] }, /Did you mean leads-postgres-password\?/],
    ["an offset past the last port", { portOffset: 60_000 }, /lifts a host port to 68086; ports end at 65535/],
  ];
  for (const [what, wrong, message] of refused) {
    it(`refuses ${what}`, () => expect(() => plan(wrong)).to.throw(ProblemsError, message));
  }
});
