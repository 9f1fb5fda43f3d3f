import { expect } from "chai";
import {
  deployedServers,
  sizeProblems,
  versionProblems,
  type DeployedSql,
} from "../../../../infra/targets/gcp/deployed";
import type { CloudSettings } from "../../../../infra/settings/cloud";
import { inventoryOf } from "../../../inventory";
import { cloud, cloudPlan, everySystem, specified } from "../../example";
import { INSTANCE } from "../cloud";

const deployed: DeployedSql = { name: "prod-postgres", version: "POSTGRES_15", tier: "db-g1-small", connections: 100 };

const planWith = (change: Partial<CloudSettings>, systems: readonly string[] = ["all"]) =>
  cloudPlan(specified, { ...everySystem, systems, cloud: { ...(everySystem.cloud ?? cloud), ...change } });

const problems = (change: Partial<CloudSettings> = {}, systems: readonly string[] = ["all"], is = deployed) =>
  sizeProblems({ plan: planWith(change, systems), deployed: [is] });

describe("a deployed Cloud SQL instance", () => {
  it("keeps its size where what runs fits in", () => {
    expect(problems({}, ["booking"])).to.deep.equal([]);
  });

  it("gets another size, and the restart that goes with it, only where somebody says so", () => {
    const [problem, ...rest] = problems();
    expect(rest).to.deep.equal([]);
    expect(problem?.message).to.include("deployed as db-g1-small with 100 connections").and.include("restarts it");
    for (const command of [
      "./fleet pulumi config set fleet:databaseTier db-custom-1-3840 --stack prod && ./fleet pulumi config set fleet:databaseConnections 350 --stack prod",
      "./fleet pulumi config set fleet:databaseTier db-g1-small --stack prod && ./fleet pulumi config set fleet:databaseConnections 100 --stack prod",
    ])
      expect(problem?.cure).to.include(command);
    expect(problems({ databaseTier: "db-custom-1-3840", databaseConnections: 350 })).to.deep.equal([]);
  });

  it("is asked about by the part that moves alone", () => {
    const [problem] = problems({}, ["all"], { ...deployed, tier: "db-custom-1-3840" });
    expect(problem?.cure).to.include("fleet:databaseConnections 350").and.not.include("fleet:databaseTier");
  });

  it("is refused an older version of MySQL than it has", () => {
    const is = { ...deployed, name: "prod-callcenter-db-mariadb", version: "MYSQL_8_4" };
    const asked = (mysqlVersion: CloudSettings["mysqlVersion"], version = is.version) =>
      versionProblems({ plan: planWith({ mysqlVersion }), deployed: [{ ...is, version }] });
    expect(asked("MYSQL_8_0")).to.deep.equal([
      {
        path: "database server callcenter-db_mariadb",
        message: "is deployed as MYSQL_8_4, and there is no way back to MYSQL_8_0",
        cure: "keep it as it is: ./fleet pulumi config rm fleet:mysqlVersion --stack prod",
      },
    ]);
    expect([...asked("MYSQL_8_4"), ...asked("MYSQL_8_4", "MYSQL_8_0"), ...asked(undefined)]).to.deep.equal([]);
  });

  it("is looked for in the stack's own state", async () => {
    const settings = {
      tier: "db-g1-small",
      databaseFlags: [
        { name: "log_lock_waits", value: "on" },
        { name: "max_connections", value: "100" },
      ],
    };
    const outputs = {
      urn: { type: INSTANCE, outputs: { name: "prod-postgres", databaseVersion: "POSTGRES_15", settings } },
    };
    let found: readonly DeployedSql[] = [];
    await inventoryOf(async () => void (found = (await deployedServers()).sql), {
      stack: "prod",
      call: () => ({ outputs }),
    });
    expect(found).to.deep.equal([deployed]);
  });
});
