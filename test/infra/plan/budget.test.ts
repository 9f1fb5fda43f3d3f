import { expect } from "chai";
import { budgetProblems, demandOf, sizeOf } from "../../../infra/plan/budget";
import { serversOf } from "../../../infra/plan/servers";
import { tryPlan } from "../../../infra/plan/make-plan";
import type { CloudPlan } from "../../../infra/plan/plan";
import type { CloudSettings } from "../../../infra/settings/cloud";
import { cloud, cloudSettings, everySystem, specified } from "../example";

type Change = Partial<CloudSettings> & { systems?: readonly string[] };

const planWith = ({ systems = ["all"], ...change }: Change = {}): CloudPlan =>
  tryPlan(specified, { ...everySystem, systems, cloud: { ...(everySystem.cloud ?? cloud), ...change } })
    .plan as CloudPlan;

const sizesIn = (plan: CloudPlan) =>
  Object.fromEntries(serversOf(plan).map((server) => [server.id, sizeOf(plan, server)]));

describe("the size of a database server", () => {
  it("is, with booking alone, the one that such stacks were made with", () => {
    expect(sizesIn(planWith({ systems: ["booking"] }))).to.deep.equal({
      postgres: { tier: "db-g1-small", connections: 100 },
    });
  });

  it("fits every system by default, on the smallest tier that bears their connections", () => {
    const plan = planWith();
    expect(sizesIn(plan)["postgres"]).to.deep.equal({ tier: "db-custom-1-3840", connections: 350 });
    expect(budgetProblems(plan)).to.deep.equal([]);
  });

  it("is each server's own where systems have one each", () => {
    const { "booking-postgres": booking, "meet-postgres": meet } = sizesIn(planWith({ sql: "perSystem" }));
    expect([booking?.tier, meet?.tier]).to.deep.equal(["db-g1-small", "db-g1-small"]);
    expect(budgetProblems(planWith({ sql: "perSystem" }))).to.deep.equal([]);
  });

  it("is what the settings say, where they say it", () => {
    expect(sizesIn(planWith({ databaseTier: "db-custom-4-15360" }))["postgres"]).to.deep.equal({
      tier: "db-custom-4-15360",
      connections: 350,
    });
    expect(sizesIn(planWith({ systems: ["booking"], databaseConnections: 174 }))["postgres"]).to.deep.equal({
      tier: "db-g1-small",
      connections: 174,
    });
  });

  it("grows no further than a thousand connections: fewer instances are asked for", () => {
    const plan = planWith({ maxInstances: 100 });
    const services = new Map(
      [...plan.services].map(([id, service]) => [
        id,
        service.kind === "web" ? { ...service, scaling: { min: 0, max: 100 } } : service,
      ]),
    );
    const [problem] = budgetProblems({ ...plan, services });
    expect(problem?.message).to.match(/connections could be wanted at once, and it takes 1000/);
  });

  it("counts a web service twice, since revisions overlap, and booking as specification 003 scales it", () => {
    const plan = tryPlan(specified, cloudSettings).plan as CloudPlan;
    const [server] = serversOf(plan);
    const demands = [...plan.services.values()].map((service) => demandOf(service, server!).formula);
    expect(demands).to.include("10 instances x 2 workers x 1 x 2");
  });
});
