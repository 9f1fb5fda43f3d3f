import { expect } from "chai";
import { checkFlags } from "../../rehearsal/apis/sql/flags/flags";
import { PROJECT, TestCloud } from "./cloud";

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
    checkFlags(
      Object.entries(flags).map(([name, value]) => ({ name, value })),
      15,
    );
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
      expect([answer.status, answer.body.error.status]).to.deep.equal([400, "INVALID_ARGUMENT"]);
      expect(answer.body.error.message).to.match(message);
      expect((await cloud.must(`GET ${instances}`)).items).to.deep.equal([]);
      expect(cloud.rehearsal.cloud.operations.list("")).to.deep.equal([]);
    });
});
