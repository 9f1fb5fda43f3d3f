import { expect } from "chai";
import { checkFlags, mysqlFlags, postgresFlags, type Listed } from "../../rehearsal/apis/sql/flags/flags";
import { PROJECT, TestCloud } from "./cloud";

type Of = { listed: Listed; number: number; databaseVersion: string };

const taken = (of: Of, flags: Record<string, string>): void =>
  checkFlags({ ...of, given: Object.entries(flags).map(([name, value]) => ({ name, value })) });

describe("a flag of Cloud SQL", () => {
  const cloud = new TestCloud(32150);
  const instances = `sqladmin/sql/v1beta4/projects/${PROJECT}/instances`;
  before(async () => {
    await cloud.open();
    cloud.enable("sqladmin");
  });
  after(() => {
    // Nothing was made with an engine.
    cloud.rehearsal.cloud.store.put("serviceusage.enabled", "sqladmin.googleapis.com", { enabled: false });
    return cloud.remove();
  });

  it("is taken where Google has it", () => {
    // What prod asks for (infra/targets/gcp/datastores.ts), and some of other kinds.
    const flags = {
      max_connections: "100",
      log_checkpoints: "on",
      log_connections: "on",
      log_disconnections: "on",
      log_lock_waits: "on",
      log_min_duration_statement: "1000",
      log_temp_files: "0",
      idle_in_transaction_session_timeout: "600000",
      random_page_cost: "1.1",
      autovacuum_vacuum_cost_delay: "-1",
      log_statement: "ddl",
      "cloudsql.iam_authentication": "on",
      "pgaudit.log": "read,write",
    };
    taken({ listed: postgresFlags, number: 15, databaseVersion: "POSTGRES_15" }, flags);
  });

  it("is taken where Google has it for MySQL, by the version", () => {
    const flags = {
      // What prod asks for (infra/targets/gcp/datastores.ts), and some of other kinds.
      max_connections: "100",
      character_set_server: "utf8mb4",
      collation_server: "utf8mb4_unicode_ci",
      local_infile: "off",
      slow_query_log: "on",
      long_query_time: "0.5",
      transaction_isolation: "READ-COMMITTED",
      cloudsql_mysql_audit: "ON",
    };
    const of = (number: number, databaseVersion: string) => ({ listed: mysqlFlags, number, databaseVersion });
    taken(of(8.4, "MYSQL_8_4"), flags);
    const former = { default_authentication_plugin: "mysql_native_password" };
    taken(of(8, "MYSQL_8_0"), former);
    expect(() => taken(of(8.4, "MYSQL_8_4"), former)).to.throw(
      /Invalid flag name: default_authentication_plugin\. \(MYSQL_8_4 has none/,
    );
    expect(() => taken(of(8.4, "MYSQL_8_4"), { log_connections: "on" })).to.throw(/Invalid flag name: log_connections/);
    expect(() => taken(of(8.4, "MYSQL_8_4"), { wait_timeout: "0" })).to.throw(/integer of 1 to 31536000/);
  });

  for (const [name, value, message] of [
    [
      "max_conections",
      "60",
      /^Invalid request: Invalid flag name: max_conections\. \(POSTGRES_15 has none .* of 2026-03-02\.\)$/,
    ],
    ["constructor", "on", /Invalid flag name: constructor/],
    ["fsync", "off", /Invalid flag name: fsync/],
    // Postgres has it up to 10, and from 18.
    ["replacement_sort_tuples", "100", /Invalid flag name/],
    ["io_method", "sync", /Invalid flag name/],
    [
      "max_connections",
      "many",
      /^Value requested is not valid\. Failed to set max_connections: many was not an expected integer of 14 to 262143\.$/,
    ],
    ["max_connections", "1", /was not an expected integer/],
    ["log_connections", "yes", /was not an expected string/],
    ["checkpoint_completion_target", "2", /was not an expected float of 0 to 1/],
  ] as const)
    it(`is refused before a server is made: ${name}=${value}`, async () => {
      const settings = { tier: "db-g1-small", edition: "ENTERPRISE", databaseFlags: [{ name, value }] };
      const answer = await cloud.ask(`POST ${instances}`, { name: "main", databaseVersion: "POSTGRES_15", settings });
      expect(answer.status).to.equal(400);
      expect(answer.body.error.errors[0].reason).to.match(/^invalid/);
      expect(answer.body.error.message).to.match(message);
      expect(await cloud.must(`GET ${instances}`)).to.deep.equal({ kind: "sql#instancesList" });
      expect(cloud.rehearsal.cloud.operations.list("")).to.deep.equal([]);
    });
});
