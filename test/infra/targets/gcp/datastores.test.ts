import { expect } from "chai";
import type { CloudSettings } from "../../../../infra/settings/cloud";
import { one, type Asked } from "../../../inventory";
import { everySystem } from "../../example";
import { askedOfGoogle, INSTANCE, ofType, SQL_USER } from "../cloud";

describe("a database on Cloud SQL", () => {
  let prod: Asked[];
  before(async () => {
    prod = await askedOfGoogle();
  });

  it("protects the database in every way that there is", () => {
    const { inputs } = one(prod, "postgres", INSTANCE);
    expect(inputs).to.containSubset({
      name: "prod-postgres",
      databaseVersion: "POSTGRES_15",
      deletionProtection: true,
      settings: {
        tier: "db-g1-small",
        edition: "ENTERPRISE",
        deletionProtectionEnabled: true,
        retainBackupsOnDelete: true,
        connectorEnforcement: "REQUIRED",
        ipConfiguration: { authorizedNetworks: [], sslMode: "ENCRYPTED_ONLY" },
        backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
        insightsConfig: { queryInsightsEnabled: true },
        maintenanceWindow: { day: 7, hour: 4 },
      },
    });
    expect(inputs["settings"].databaseFlags).to.deep.include({ name: "max_connections", value: "100" });
    for (const { inputs: of, name } of [...ofType(prod, SQL_USER), ...ofType(prod, "gcp:sql/database:Database")])
      expect(of["deletionPolicy"], name).to.equal("ABANDON");
  });

  it("lets each account connect to that one instance", () => {
    for (const { inputs, name } of ofType(prod, "gcp:projects/iAMMember:IAMMember")) {
      expect(inputs["role"], name).to.equal("roles/cloudsql.client");
      expect(inputs["condition"].expression, name).to.include('"projects/acme-shop/instances/prod-postgres"');
    }
  });
});

describe("the databases of every system", () => {
  let all: Asked[];
  before(async () => {
    all = await askedOfGoogle({ settings: everySystem });
  });

  it("share one Postgres, and MariaDB is MySQL", () => {
    expect(ofType(all, INSTANCE).map(({ inputs }) => [inputs["name"], inputs["databaseVersion"]])).to.have.deep.members(
      [
        ["prod-postgres", "POSTGRES_15"],
        ["prod-callcenter-db-mariadb", "MYSQL_8_4"],
      ],
    );
  });

  it("keep the version of MySQL that is deployed, until a setting says another", async () => {
    const settings = { tier: "db-g1-small", databaseFlags: [{ name: "max_connections", value: "100" }] };
    const deployed = [{ name: "prod-callcenter-db-mariadb", databaseVersion: "MYSQL_8_0", settings }];
    const versionUnder = async (cloud: Partial<CloudSettings>): Promise<unknown> =>
      one(await askedOfGoogle({ settings: everySystem, deployed, cloud }), "callcenter-db_mariadb", INSTANCE).inputs[
        "databaseVersion"
      ];
    expect(await versionUnder({})).to.equal("MYSQL_8_0");
    expect(await versionUnder({ mysqlVersion: "MYSQL_8_4" })).to.equal("MYSQL_8_4");
  });

  it("have a server for each system where that is asked for", async () => {
    const asked = await askedOfGoogle({ settings: everySystem, cloud: { sql: "perSystem" } });
    expect(ofType(asked, INSTANCE)).to.have.lengthOf(6);
  });
});
