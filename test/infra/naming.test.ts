import { expect } from "chai";
import { catalogue } from "../../infra/catalogue";
import * as naming from "../../infra/naming";

describe("physical names", () => {
  it("are those of the specifications", () => {
    expect(naming.networkName({ stack: "dev", system: "callcenter" })).to.equal("callcenter_dev_network");
    expect(naming.containerName({ stack: "dev", system: "leads", role: "web" })).to.equal("leads_dev_web");
    expect(naming.volumeName({ stack: "dev", system: "callcenter", role: "db_postgres" })).to.equal(
      "callcenter_dev_db_postgres_data",
    );
  });

  it("stay within Docker's and DNS's limits with the longest stack name", () => {
    const stack = "s".repeat(20);
    for (const [system, { datastores, services }] of Object.entries(catalogue)) {
      for (const role of [...Object.keys(datastores), ...Object.keys(services)]) {
        const names = [naming.containerName({ stack, system, role }), naming.volumeName({ stack, system, role }), role];
        for (const name of names) expect(name).to.match(/^[a-z][a-z0-9_-]{1,62}$/);
      }
    }
  });

  it("take what a name is made of from one pattern", () => {
    for (const good of ["dev", "feature-x", "a1", "db_postgres"]) expect(good).to.match(naming.NAME_PATTERN);
    for (const bad of ["", "Dev", "1a", "a--b", "a_", "a b", "ä"]) expect(bad).to.not.match(naming.NAME_PATTERN);
  });
});
