import assert from "node:assert/strict";
import { ProblemsError } from "../../../infra/problems";
import { clientCommand } from "../../../ops/data/client";
import { datastoresOf } from "../../../ops/stack/running";
import { idOf, partsOf, selectDatastore, selectParts, selectService } from "../../../ops/stack/select";
import { publishedPlan } from "../published";

const service = (system: string, name: string, kind = "web") => ({
  system,
  service: name,
  kind,
  container: `${system}_dev_${name}`,
});
const services = [
  service("leads", "migrate", "job"),
  service("leads", "web"),
  service("meet", "web"),
  service("meet", "worker", "worker"),
  service("booking", "reservas"),
  service("booking", "usuarios"),
];
const containers = new Set([
  "leads_dev_postgres",
  "leads_dev_redis",
  "booking_dev_postgres",
  "callcenter_dev_db_postgres",
  "callcenter_dev_db_mariadb",
  "marketplace_dev_localstack",
]);
const datastores = datastoresOf({ plan: publishedPlan(), containers });
const parts = partsOf({ services, datastores });

const refuses = (act: () => unknown, message: RegExp, cure: RegExp): void => {
  assert.throws(act, (error) => {
    assert.ok(error instanceof ProblemsError, String(error));
    assert.match(error.message, message);
    assert.match(error.message, cure);
    return true;
  });
};

describe("names of a stack's parts", () => {
  const found = (...names: string[]) => selectParts({ names, parts }).map(idOf);

  it("none are all", () => assert.equal(selectParts({ names: [], parts }).length, parts.length));
  it("a system is all of it", () =>
    assert.deepEqual(found("leads"), ["leads/migrate", "leads/web", "leads/postgres", "leads/redis"]));
  it("system/part is one", () => assert.deepEqual(found("meet/worker"), ["meet/worker"]));
  it("a part's name is that part of every system, in the stack's order", () =>
    assert.deepEqual(found("web"), ["leads/web", "meet/web"]));
  it("that stand for nothing are refused, all at once, with the nearest", () => {
    refuses(
      () => found("leeds", "nothing/x"),
      /leeds: is not part of this stack\. Did you mean leads\?[^]*nothing\/x/,
      /leads\/web/,
    );
  });
});

describe("the one service for a command", () => {
  const one = (name: string) => idOf(selectService({ name, parts }));

  it("is a system's web service where it has one", () => assert.equal(one("leads"), "leads/web"));
  it("is what only one system has", () => assert.equal(one("reservas"), "booking/reservas"));
  it("can be a datastore", () => assert.equal(one("leads/redis"), "leads/redis"));
  it("is refused where several are meant", () => {
    refuses(() => one("booking"), /booking: matches 2 parts/, /booking\/reservas, booking\/usuarios/);
    refuses(() => one("web"), /web: matches 2 parts/, /leads\/web, meet\/web/);
  });
});

describe("the datastore for a shell", () => {
  const client = (name: string, database?: string) =>
    clientCommand({ datastore: selectDatastore({ name, datastores }), database });

  it("of a system is its main database, as the service's own user", () => {
    assert.deepEqual(client("leads").command, ["psql", "-h", "127.0.0.1", "-U", "leads", "-d", "leads"]);
    assert.ok(client("callcenter").command.includes("callcenterdb"));
  });
  it("can be the other one", () => {
    assert.deepEqual(client("leads/redis").command, ["redis-cli"]);
    assert.match(client("db_mariadb").command.join(" "), /MYSQL_PWD="\$MARIADB_ROOT_PASSWORD"/);
  });
  it("can be a server's second database", () => assert.ok(client("booking", "usuarios").command.includes("usuarios")));
  it("is refused without one, with another's, or in doubt", () => {
    refuses(() => client("marketplace"), /holds messages, which have no shell/, /manage\.py shell/);
    refuses(() => client("booking", "leads"), /booking\/postgres has no database leads/, /reservas, usuarios/);
    refuses(() => client("postgres"), /postgres: matches 2 parts/, /leads\/postgres, booking\/postgres/);
  });
});
