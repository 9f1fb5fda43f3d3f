import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProblemsError } from "../../infra/problems";
import { publish } from "../../infra/plan/publish";
import { systemNames, wantedPlan } from "../../stacks/wanted";

describe("the wanted plan", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-wanted-"));
  const configFile = join(folder, "Pulumi.mine.yaml");
  after(() => rmSync(folder, { recursive: true }));
  const wanted = (config?: Record<string, string>) =>
    publish(wantedPlan({ stack: "mine", configFile, ...(config && { config }) }));

  it("is what the stack's file says, structures and encrypted values too", () => {
    writeFileSync(
      configFile,
      "config:\n  fleet:target: local\n  fleet:systems: [leads]\n  fleet:portOffset: 100\n  fleet:hotReload: 'true'\n" +
        "  fleet:secrets:\n    leads-postgres-password:\n      secure: v1:abc\n",
    );
    const { stack, target, mountsSource, services } = wanted();
    expect({ stack, target, mountsSource }).to.deep.equal({ stack: "mine", target: "local", mountsSource: true });
    expect(new Set(services.map(({ system }) => system))).to.deep.equal(new Set(["leads"]));
    expect(services.find(({ kind }) => kind === "web"))
      .to.have.property("hostPort")
      .that.is.above(100);
  });

  it("is what a setting says that wins over the file", () => {
    const { systems } = wanted({ "fleet:systems": '["all"]' });
    expect(systems.filter(({ runs }) => runs).map(({ name }) => name)).to.deep.equal(systemNames());
  });

  it("of a stack without a file is what the settings alone say", () => {
    const plan = wantedPlan({
      stack: "new",
      configFile: join(folder, "none.yaml"),
      config: { "fleet:target": "local" },
    });
    expect(publish(plan)).to.include({ stack: "new", target: "local" });
  });

  it("is refused with every problem of the settings, encrypted values never shown", () => {
    writeFileSync(configFile, "config:\n  fleet:target: local\n  fleet:portOffset: -1\n  fleet:sistems: [leads]\n");
    expect(() => wanted()).to.throw(ProblemsError, /^2 problems/);
  });

  it("of a cloud stack needs its place, unless made-up values may stand for it", () => {
    writeFileSync(configFile, "config:\n  fleet:target: gcp\n");
    expect(() => wanted()).to.throw(ProblemsError, /gcp:project/);
    expect(publish(wantedPlan({ stack: "mine", configFile, madeUp: true }))).to.include({ target: "gcp" });
  });
});
