import { expect } from "chai";
import { catalogue } from "../../../infra/catalogue";
import type { CloudSettings } from "../../../infra/settings/cloud";
import { tryPlan } from "../../../infra/plan/make-plan";
import { databasesOf, type CloudPlan } from "../../../infra/plan/plan";
import { redisDatabase, redisServersOf, serversOf } from "../../../infra/plan/servers";
import { sizeOf } from "../../../infra/plan/budget";
import { cloud, everySystem } from "../example";

const planned = (stack: string, change: Partial<CloudSettings>) => {
  const settings = { ...everySystem, stack, cloud: { ...cloud, ...everySystem.cloud, reviews: 3, ...change } };
  const { plan, problems } = tryPlan(catalogue, settings);
  return { plan: plan as CloudPlan, problems };
};
const review = (slot: number) => planned(`pr-${slot}0`, { reviewSlot: slot }).plan;
const base = planned("review-base", {}).plan;

/** The numbers of the Redis databases that a review's services use. */
const redisNumbers = (plan: CloudPlan): number[] =>
  [...plan.services.values()].flatMap(({ env }) =>
    Object.values(env).flatMap((value) =>
      typeof value === "object" && value.kind === "redis"
        ? [redisDatabase({ plan, datastore: value.datastore, index: value.index })]
        : [],
    ),
  );

describe("the plan of a review", () => {
  it("uses the servers of review-base, which makes them and runs nothing", () => {
    for (const of of [serversOf, redisServersOf]) {
      expect(of(review(1)).map(({ name }) => name)).to.deep.equal(of(base).map(({ name }) => name));
      expect(of(base).every(({ name }) => name.startsWith("review-base-"))).to.equal(true);
    }
    expect(base.services.size + base.images.size).to.equal(0);
    expect([...base.datastores.values()].flatMap(databasesOf)).to.deep.equal([]);
  });

  it("has databases, users and topics that no other review has", () => {
    const named = (plan: CloudPlan) => [
      ...[...plan.datastores.values()].flatMap(databasesOf).flatMap(({ name, user }) => [name, user]),
      ...[...plan.services.values()].flatMap(({ env }) =>
        Object.values(env).flatMap((value) => (typeof value === "object" && value.kind === "topic" ? value.topic : [])),
      ),
    ];
    expect(named(review(1))).to.include.members(["leads_pr_10", "reservas_pr_10", "pr-10-flash-promos"]);
    const others = new Set(named(review(2)));
    expect(named(review(1)).filter((name) => others.has(name))).to.deep.equal([]);
  });

  it("refers to the databases by the names that they have", () => {
    for (const { env } of review(1).services.values())
      for (const value of Object.values(env))
        if (typeof value === "object" && value.kind === "database") expect(value.database).to.match(/_pr_10$/);
  });

  it("has Redis databases of its own, all of them on the one server", () => {
    const numbers = [1, 2, 3].map((slot) => new Set(redisNumbers(review(slot))));
    const all = numbers.flatMap((set) => [...set]);
    expect(all.length).to.equal(new Set(all).size);
    expect(Math.min(...all)).to.equal(0);
    expect(Math.max(...all)).to.be.lessThan(16);
  });

  it("is small, closed and without protection, whatever the catalogue and the settings say", () => {
    const { services, cloud: settings } = review(1);
    for (const service of services.values()) {
      if (service.kind === "web")
        expect([service.scaling, service.public]).to.deep.equal([{ min: 0, max: 1 }, undefined]);
      if (service.kind === "worker" || service.kind === "scheduler") expect(service.instances).to.equal(1);
    }
    expect(settings).to.include({ alerts: false, deletionProtection: false, sql: "shared", redis: "shared" });
    expect(base.cloud.deletionProtection).to.equal(true);
  });

  it("is refused where its systems use more Redis databases than are its own", () => {
    const { problems } = planned("pr-7", { reviews: 8, reviewSlot: 1 });
    expect(problems.map(({ path, message }) => `${path}: ${message}`).join()).to.match(
      /fleet:reviews: a review has 2 of the 16 Redis databases where there are 8 reviews at once, and its systems use \d/,
    );
    expect(planned("pr-7", { reviewSlot: 1 }).problems).to.deep.equal([]);
  });

  it("fits on the server, as often as there may be reviews", () => {
    const [server] = serversOf(base);
    const one = planned("review-base", { reviews: 1 }).plan;
    const [alone] = serversOf(one);
    const connections = (plan: CloudPlan, of: typeof server) => sizeOf(plan, of!).connections;
    expect(connections(base, server)).to.be.greaterThan(connections(one, alone));
  });
});
