import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { filesSince, touchedBy } from "../../../ops/change/touched";
import { wantedPlan } from "../../../stacks/wanted";

const plan = wantedPlan({ stack: "prod", configFile: "Pulumi.prod.yaml", madeUp: true });
const systemsOf = (...files: string[]) => touchedBy({ files, plan });

describe("the systems that a change touches", () => {
  it("are those of a changed image or of a changed file of the catalogue", () => {
    assert.deepEqual(systemsOf("services/reservas/config/urls.py").systems, ["booking"]);
    assert.deepEqual(systemsOf("infra/catalogue/meet.ts", "services/leads/apt-run.txt").systems, ["leads", "meet"]);
    assert.deepEqual(systemsOf("infra/catalogue/meet.ts").because, { meet: "infra/catalogue/meet.ts" });
  });

  it("are none where nothing that runs is changed", () => {
    const nothing = { systems: [], leftOut: [], because: {} };
    const files = ["docs/prod.md", "ops/main.ts", "services/leads/tests/test_x.py", "services/README.md", "README.md"];
    assert.deepEqual(systemsOf(...files), nothing);
  });

  it("are all where all share what is changed: two stand for them, and the others are named", () => {
    for (const file of ["services/Dockerfile", "services/chassis/chassis/server.py", "infra/targets/gcp/service.ts"]) {
      const { systems, leftOut, because } = systemsOf(file);
      assert.equal(systems.length, 2, file);
      assert.deepEqual([...systems, ...leftOut].sort(), [...plan.systems.keys()].sort());
      assert.ok(Object.values(because).every((each) => each === file));
      // Together they have every kind of process, and the datastores that differ most.
      const kinds = [...plan.services.values()]
        .filter(({ system }) => systems.includes(system))
        .map(({ kind }) => kind);
      assert.deepEqual([...new Set(kinds)].sort(), ["job", "scheduled", "scheduler", "web", "worker"]);
    }
  });

  it("are first of all those with changes of their own", () => {
    const { systems } = systemsOf("services/Dockerfile", "services/usuarios/usuarios/models.py");
    assert.ok(systems.includes("booking"));
    assert.equal(systems.length, 2);
    const three = systemsOf("infra/catalogue/meet.ts", "infra/catalogue/leads.ts", "infra/catalogue/booking.ts");
    assert.deepEqual([three.systems.length, three.leftOut], [3, []]);
  });

  it("come from what git says, of what is not committed too", () => {
    const untracked = `test/touched-${process.pid}`;
    writeFileSync(untracked, "");
    try {
      const files = filesSince("HEAD");
      assert.ok(files.includes(untracked));
      assert.ok(files.every((file) => !file.startsWith("/") && !file.startsWith("node_modules/")));
    } finally {
      rmSync(untracked);
    }
    assert.throws(() => filesSince("no/such/branch"), /git knows no commit/);
  });
});
