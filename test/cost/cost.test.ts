import { expect } from "chai";
import { catalogue } from "../../infra/catalogue";
import type { System } from "../../infra/catalogue/vocabulary";
import { ProblemsError } from "../../infra/problems";
import { basePlan } from "../../cost/base";
import { estimate, type Estimate } from "../../cost/estimate";
import { estimatesIfRead } from "../../cost/month";
import { dayOf } from "../../cost/day";
import { planOf } from "../../cost/plan";
import { prices } from "../../cost/prices";
import { storedValues } from "../../infra/plan/stored-secrets";
import { table } from "../../cost/table";
import { billedSeconds, liveSeconds, MONTH_S, traffics, type Traffic } from "../../cost/traffic";

const [low, , high] = traffics as [Traffic, Traffic, Traffic];
const planWith = (config: Record<string, string> = {}) =>
  planOf({ stack: "prod", file: "Pulumi.prod.yaml", config: { "fleet:systems": '["booking"]', ...config } });
const all = { "fleet:systems": '["all"]' };

const of = ({ lines }: Estimate, part: RegExp): number =>
  lines.filter((line) => part.test(line.part)).reduce((sum, { usd }) => sum + usd, 0);

describe("the price table", () => {
  it("starts with the specification's figures", () => {
    const figures = Object.entries(prices.of).flatMap(([name, { usd, source }]) =>
      source === "specification 003" ? [[name, usd]] : [],
    );
    expect(Object.fromEntries(figures)).to.deep.equal({
      "service CPU": 0.000024,
      "service memory": 0.0000025,
      "db-f1-micro": 7,
      "db-g1-small": 25,
      "database disk": 0.17,
      registry: 0.1,
    });
    expect(prices.free.requests).to.equal(2_000_000);
    expect(prices.date).to.match(/^\d{4}-\d\d-\d\d$/);
  });
});

describe("billed time", () => {
  const month = (requests: number, seconds = 0.1) =>
    billedSeconds({ traffic: { name: "", requests, seconds, diskGb: 10 }, concurrency: 8 });

  it("is the time of the requests while they seldom meet", () => {
    expect(month(10_000)).to.be.closeTo(1000, 1);
  });

  it("is less than that once they share an instance, and never more than the month for one", () => {
    expect(month(10_000_000)).to.be.within(700_000, 999_999);
    expect(month(100_000_000)).to.be.within(0.97 * MONTH_S, MONTH_S);
  });

  it("is that of several instances when one is full", () => {
    expect(month(1_000_000_000)).to.be.within(7 * MONTH_S, 9 * MONTH_S);
  });

  it("is nothing without requests", () => {
    expect(month(0)).to.equal(0);
  });
});

describe("the time that instances are there", () => {
  const month = (requests: number) =>
    liveSeconds({ traffic: { name: "", requests, seconds: 0.1, diskGb: 10 }, concurrency: 8 });

  it("is a quarter of an hour for each request while they are rare, and the month once they are not", () => {
    expect(month(1)).to.be.closeTo(900, 1);
    expect(month(1_000_000)).to.be.closeTo(MONTH_S, 1);
    expect(month(0)).to.equal(0);
  });
});

describe("the cost of prod", () => {
  it("is that of instances and of no requests where the CPU is always on", () => {
    const plan = planWith();
    const services = new Map(
      [...plan.services].map(([id, each]) => [
        id,
        each.kind === "web" ? { ...each, serving: { ...each.serving, cpuAlwaysOn: { reason: "threads" } } } : each,
      ]),
    );
    const told = estimate({ plan: { ...plan, services }, traffic: high });
    expect(of(told, /^requests$/)).to.equal(0);
    expect(of(told, /^booking\/reservas$/)).to.be.closeTo(MONTH_S * (0.000018 + 0.5 * 0.000002), 1e-3);
  });

  it("is within the specification's 30 to 50 at low traffic, with booking alone", () => {
    expect(estimate({ plan: planWith(), traffic: low }).total).to.be.within(30, 50);
  });

  it("is the sum of what its parts cost", () => {
    const { lines, total } = estimate({ plan: planWith(), traffic: high });
    expect(lines.reduce((sum, { usd }) => sum + usd, 0)).to.be.closeTo(total, 1e-9);
    expect(lines.every(({ usd, quantity, priced }) => usd === quantity * prices.of[priced].usd)).to.equal(true);
    expect(new Set(lines.map(({ part }) => part))).to.deep.equal(
      new Set([
        ...[
          "booking/reservas",
          "booking/usuarios",
          "booking/reservas-clear-sessions",
          "booking/usuarios-clear-sessions",
        ],
        ...["postgres (db-g1-small)", "requests", "images", "secrets", "schedules"],
      ]),
    );
  });

  it("has no charge for requests that are free, and one for the rest", () => {
    expect(of(estimate({ plan: planWith(), traffic: low }), /^requests$/)).to.equal(0);
    expect(of(estimate({ plan: planWith(), traffic: high }), /^requests$/)).to.be.closeTo(198 * 0.4, 1e-6);
  });

  it("follows the tier, and knows what a larger one is made of", () => {
    const large = planWith({ "fleet:databaseTier": "db-custom-2-7680" });
    const difference =
      estimate({ plan: large, traffic: low }).total - estimate({ plan: planWith(), traffic: low }).total;
    expect(difference).to.be.closeTo(2 * 30.15 + 7.5 * 5.11 - 25, 1e-6);
  });

  it("has a server for each system where they are not shared", () => {
    const tier = { "fleet:databaseTier": "db-custom-4-15360" };
    const shared = estimate({ plan: planWith({ ...all, ...tier }), traffic: low });
    const apart = estimate({ plan: planWith({ ...all, ...tier, "fleet:sql": "perSystem" }), traffic: low });
    const servers = ({ lines }: Estimate) =>
      new Set(lines.flatMap(({ part }) => (part.includes("db-custom") ? [part] : []))).size;
    expect(servers(shared)).to.equal(1);
    expect(servers(apart)).to.equal(
      Object.values<System>(catalogue)
        .flatMap(({ datastores }) => Object.values(datastores))
        .filter(({ engine }) => engine === "postgres" || engine === "postgis").length,
    );
    expect(apart.total).to.be.above(shared.total * 2);
  });

  it("pays for workers around the clock, whatever the traffic", () => {
    const plan = planWith({ ...all, "fleet:databaseTier": "db-custom-4-15360" });
    const beat = (traffic: Traffic) => of(estimate({ plan, traffic }), /^marketplace\/beat$/);
    expect(beat(low)).to.be.closeTo(MONTH_S * (0.000011244 + 0.5 * 0.000001235), 1e-6);
    expect(beat(high)).to.equal(beat(low));
  });

  it("pays for the minutes of scheduled jobs, and for the fourth and more that Cloud Scheduler has", () => {
    const plan = planWith({ ...all, "fleet:databaseTier": "db-custom-4-15360" });
    const told = estimate({ plan, traffic: low });
    expect(of(told, /^leads\/clear-sessions$/)).to.be.closeTo(30 * 60 * (0.000018 + 0.5 * 0.000002), 1e-6);
    expect(of(told, /^schedules$/)).to.be.closeTo(3 * 0.1, 1e-6);
  });

  it("pays for a Redis for each system that uses one, or for one", () => {
    const redis = (change: Record<string, string>) =>
      of(
        estimate({ plan: planWith({ ...all, "fleet:databaseTier": "db-custom-4-15360", ...change }), traffic: low }),
        /redis/,
      );
    expect(redis({})).to.be.closeTo(3 * 35.77, 1e-6);
    expect(redis({ "fleet:redis": "shared" })).to.be.closeTo(35.77, 1e-6);
  });

  it("pays for each new version of an image to be kept and scanned", () => {
    const { images } = planWith();
    const { lines } = estimate({ plan: planWith(), traffic: low });
    const scans = lines.filter(({ priced }) => priced === "image scans");
    expect(scans.map(({ usd }) => usd)).to.deep.equal([images.size * 4 * 0.26]);
  });

  it("pays for each secret that is stored, once", () => {
    const names = storedValues(planWith()).map(({ name }) => name);
    expect(names).to.have.lengthOf(new Set(names).size).and.include("booking-reservas-django-secret-key");
    expect(names).to.include("postgres-admin-password");
  });

  it("is nothing for a stack of this machine, which is said", () => {
    expect(() => planOf({ stack: "dev", file: "Pulumi.dev.yaml" })).to.throw(ProblemsError, /costs nothing a month/);
  });
});

describe("the table", () => {
  const estimates = traffics.map((traffic) => estimate({ plan: planWith(), traffic }));

  it("says what it assumes and what it leaves out", () => {
    const text = table({ stack: "prod", estimates });
    expect(text)
      .to.include(prices.date)
      .and.include("1 million requests of 100 ms")
      .and.include("4 new versions of each")
      .and.include("Left out:");
    expect(text).to.match(/total\s+\d+\.\d\d\s+\d+\.\d\d\s+\d+\.\d\d/);
    expect(text).to.not.include("(+");
  });

  it("shows the difference to the base, of each part and in all", () => {
    const micro = planWith({
      "fleet:databaseTier": "db-f1-micro",
      "fleet:databaseConnections": "60",
      "fleet:maxInstances": "2",
    });
    const bases = traffics.map((traffic) => estimate({ plan: micro, traffic }));
    const text = table({ stack: "prod", estimates, bases });
    expect(text).to.match(/postgres \(db-g1-small\)\s+\d+\.\d\d \(\+/);
    expect(text).to.match(/postgres \(db-f1-micro\)\s+0\.00 \(-/);
    expect(text).to.match(/total\s+\d+\.\d\d \(\+18\.00\)/);
    expect(text).to.match(/images\s+2\.28\s+2\.28/);
  });
});

describe("the base branch", () => {
  it("is asked for its plan by its own code, without a checkout", async () => {
    const found = await basePlan({ base: "HEAD", stack: "prod" });
    if ("unavailable" in found) throw new Error(found.unavailable);
    expect(estimate({ plan: found.plan, traffic: low }).total).to.be.above(0);
  });

  it("that git does not know is no reason to fail", async () => {
    const found = await basePlan({ base: "no-such-branch", stack: "prod" });
    expect(found).to.have.property("unavailable").that.includes("no-such-branch");
  });

  it("whose plan has another shape is not compared", () => {
    const { services, ...rest } = planWith();
    expect(estimatesIfRead({ ...rest, servers: services } as never)).to.equal(undefined);
    expect(estimatesIfRead(planWith())).to.have.lengthOf(traffics.length);
  });

  it("without the stack says so", async () => {
    const found = await basePlan({ base: "HEAD", stack: "nowhere" });
    expect(found).to.have.property("unavailable").that.includes("it has no stack nowhere");
  });
});

describe("a review's day", () => {
  const review = (systems: string) =>
    dayOf(
      planOf({
        stack: "pr-12",
        file: "Pulumi.prod.yaml",
        config: { "fleet:systems": `["${systems}"]`, "fleet:reviews": "2", "fleet:reviewSlot": "1" },
      }),
    );
  const DAY_S = 86_400;

  it("costs at most one instance of each service, busy all day, besides what never sleeps", () => {
    const { always, most } = review("leads");
    const { usd: cpu } = prices.of["service CPU"];
    const { usd: memory } = prices.of["service memory"];
    expect(most - always).to.be.closeTo(DAY_S * (cpu + memory / 2), 0.001);
    // Five secrets are free, and the servers are review-base's.
    expect(always).to.equal(0);
  });

  it("costs a worker's instance always", () => {
    const { usd: cpu } = prices.of["worker CPU"];
    expect(review("meet").always).to.be.within(DAY_S * cpu, DAY_S * cpu * 1.2);
  });
});
