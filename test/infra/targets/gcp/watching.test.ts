import { expect } from "chai";
import { Watching, type WatchingArgs } from "../../../../infra/targets/gcp/watching";
import { counts, inventoryOf, one, type Asked } from "../../../inventory";

const args: WatchingArgs = {
  stack: "prod",
  project: "shop-1234",
  labels: { "fleet-stack": "prod" },
  apis: [],
  email: "on-call@example.com",
  services: ["prod-booking-reservas", "prod-booking-usuarios"],
  databases: { postgres: { databaseId: "shop-1234:prod-postgres", engine: "postgres", connections: 100 } },
  publicServices: { "booking-reservas": { uri: "https://reservas-x.a.run.app", healthPath: "/healthz" } },
};

const POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";

const watch = (change: Partial<WatchingArgs> = {}): Promise<Asked[]> =>
  inventoryOf(() => Promise.resolve(new Watching("watching", { ...args, ...change })));

const threshold = (asked: readonly Asked[], name: string): any =>
  one(asked, name, POLICY).inputs["conditions"][0].conditionThreshold;

describe("what is watched on Google Cloud", () => {
  let asked: Asked[];
  before(async () => {
    asked = await watch();
  });

  it("is what specification 003 asks for, the database and what the public sees", () => {
    expect(counts(asked)).to.deep.equal({
      "fleet:gcp:Watching": 1,
      [POLICY]: 6,
      "gcp:monitoring/notificationChannel:NotificationChannel": 1,
      "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": 1,
    });
  });

  it("tells in each alert's own words what it means", () => {
    const told = asked.filter(({ type }) => type === POLICY).map(({ inputs }) => inputs["documentation"].content);
    expect(told).to.not.include.members([undefined, ""]);
    expect(new Set(told).size).to.equal(told.length);
  });

  it("tells somebody", () => {
    expect(one(asked, "watching-email").inputs).to.containSubset({
      type: "email",
      labels: { email_address: "on-call@example.com" },
    });
    for (const { name, inputs } of asked.filter(({ type }) => type === POLICY)) {
      expect(inputs["notificationChannels"], name).to.have.lengthOf(1);
      expect(inputs["userLabels"], name).to.deep.equal({ "fleet-stack": "prod" });
    }
  });

  it("sees more than 5 % errors, of each service by itself", () => {
    const { filter, denominatorFilter, thresholdValue, aggregations, denominatorAggregations } = threshold(
      asked,
      "watching-error-rate",
    );
    expect(thresholdValue).to.equal(0.05);
    expect(filter).to.include('response_code_class = "5xx"');
    expect(filter).to.include('service_name = one_of("prod-booking-reservas", "prod-booking-usuarios")');
    expect(denominatorFilter).to.not.include("5xx");
    expect(aggregations[0]).to.include({ crossSeriesReducer: "REDUCE_SUM", perSeriesAligner: "ALIGN_RATE" });
    expect(aggregations[0].groupByFields).to.deep.equal(["resource.labels.service_name"]);
    expect(denominatorAggregations).to.deep.equal(aggregations);
  });

  it("sees a p95 above one second, in the metric's milliseconds", () => {
    expect(threshold(asked, "watching-latency")).to.containSubset({
      thresholdValue: 1000,
      comparison: "COMPARISON_GT",
      aggregations: [{ crossSeriesReducer: "REDUCE_PERCENTILE_95" }],
    });
  });

  it("sees more than 8 instances of a service", () => {
    expect(threshold(asked, "watching-instances")).to.containSubset({
      thresholdValue: 8,
      aggregations: [{ perSeriesAligner: "ALIGN_MAX", crossSeriesReducer: "REDUCE_SUM" }],
    });
  });

  it("sees connections and disk of the database run out", () => {
    expect(threshold(asked, "postgres-connections")).to.containSubset({ thresholdValue: 80 });
    expect(threshold(asked, "postgres-connections").filter).to.include("postgresql/num_backends");
    expect(threshold(asked, "postgres-connections").filter).to.include('database_id = "shop-1234:prod-postgres"');
    expect(threshold(asked, "postgres-disk")).to.containSubset({ thresholdValue: 0.8 });
  });

  it("asks MySQL for its connections in its own words", async () => {
    const mysql = await watch({
      databases: { mysql: { databaseId: "shop-1234:prod-mysql", engine: "mysql", connections: 100 } },
    });
    expect(threshold(mysql, "mysql-connections").filter).to.include("database/network/connections");
  });

  it("asks a public service over TLS, at a path that Google's front end leaves alone", () => {
    expect(one(asked, "booking-reservas-uptime").inputs).to.containSubset({
      httpCheck: { path: "/health/", useSsl: true, validateSsl: true, port: 443 },
      monitoredResource: { type: "uptime_url", labels: { project_id: "shop-1234", host: "reservas-x.a.run.app" } },
    });
    expect(threshold(asked, "watching-uptime").aggregations[0].crossSeriesReducer).to.equal("REDUCE_COUNT_FALSE");
  });

  it("has no uptime check where nothing is public", async () => {
    const closed = await watch({ publicServices: {} });
    expect(counts(closed)).to.not.have.property("gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig");
    expect(counts(closed)[POLICY]).to.equal(5);
  });
});
