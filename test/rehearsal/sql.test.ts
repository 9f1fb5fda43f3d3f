import { expect } from "chai";
import { engineOf } from "../../rehearsal/apis/sql/engines";
import { tierOf } from "../../rehearsal/apis/sql/tiers";
import * as mysql from "../../rehearsal/realise/mysql-sql";
import { socketMounts } from "../../rehearsal/realise/sql-server";
import type { Realise } from "../../rehearsal/realise";

describe("an engine of Cloud SQL", () => {
  it("is told by the version, with the name that images have for it", () => {
    const told = (version: string) => {
      const { engine, ...rest } = engineOf(version);
      return { root: engine.root, ...rest };
    };
    expect(told("POSTGRES_15")).to.deep.equal({ root: "postgres", number: 15, version: "15" });
    expect(told("MYSQL_8_4")).to.deep.equal({ root: "root", number: 8.4, version: "8.4" });
    expect(told("MYSQL_8_0_36")).to.deep.equal({ root: "root", number: 8, version: "8.0.36" });
    for (const version of ["POSTGRES_9_6", "MYSQL_5_7", "SQLSERVER_2022_STANDARD", ""])
      expect(() => engineOf(version), version).to.throw(/is not rehearsed yet/);
  });

  it("has the machines of its edition, and the connections that they take", () => {
    const [postgres, server] = ["POSTGRES_15", "MYSQL_8_4"].map((version) => engineOf(version).engine);
    const sizes = (tier: string, edition = "ENTERPRISE") =>
      [postgres, server].map((engine) => {
        const size = tierOf({ tier, edition, machineTypes: engine!.machineTypes });
        return size && [size.cpus, size.memoryMb, engine!.connections(size)];
      });
    expect(sizes("db-f1-micro")).to.deep.equal([
      [1, 614, 25],
      [1, 614, 250],
    ]);
    expect(sizes("db-custom-2-7680")).to.deep.equal([
      [2, 7680, 400],
      [2, 7680, 4000],
    ]);
    expect(sizes("db-n1-standard-4")).to.deep.equal([undefined, [4, 15_360, 4000]]);
    expect(sizes("db-perf-optimized-N-4", "ENTERPRISE_PLUS")[1]).to.deep.equal([4, 32_768, 4000]);
    for (const tier of [
      "db-custom-2",
      "db-n1-standard",
      "db-constructor-1",
      "db-n1-standard-4-15360",
      "db-perf-optimized-N-4",
    ])
      expect(sizes(tier), tier).to.deep.equal([undefined, undefined]);
    expect(sizes("db-f1-micro", "ENTERPRISE_PLUS")).to.deep.equal([undefined, undefined]);
  });
});

describe("the SQL of a MySQL server", () => {
  it("holds names and passwords, whatever is in them", () => {
    expect(mysql.putUser({ name: "o'hara", host: "%", password: "a\\'b" })).to.equal(
      [
        "CREATE USER IF NOT EXISTS 'o''hara'@'%';",
        "ALTER USER 'o''hara'@'%' IDENTIFIED BY 'a\\\\''b';",
        "GRANT 'cloudsqlsuperuser' TO 'o''hara'@'%';",
        "SET DEFAULT ROLE ALL TO 'o''hara'@'%';",
      ].join("\n"),
    );
    expect(mysql.dropDatabase("a`b")).to.equal("DROP DATABASE IF EXISTS `a``b`;");
  });

  it("gives a user roles in the place of cloudsqlsuperuser, and leaves a user as it is who gets a password", () => {
    expect(mysql.putUser({ name: "u", host: "10.0.0.%", roles: ["reader"] })).to.include(
      "GRANT 'reader' TO 'u'@'10.0.0.%'",
    );
    expect(mysql.putUser({ name: "u", host: "%", password: "p", roles: [] })).not.to.match(/GRANT|REVOKE/);
  });
});

describe("the socket of a Cloud SQL instance", () => {
  it("is found through links that all instances share, and is the instance's own", () => {
    const mounts = ["one", "two"].map((instance) =>
      socketMounts({ prefix: "rehearsal" } as Realise, { folder: "/cloudsql", instance }),
    );
    expect(mounts).to.deep.equal([
      { "/cloudsql": "rehearsal-sql-links", "/run/cloudsql/one": "rehearsal-sql-one-socket" },
      { "/cloudsql": "rehearsal-sql-links", "/run/cloudsql/two": "rehearsal-sql-two-socket" },
    ]);
  });
});
