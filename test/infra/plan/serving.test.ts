import { expect } from "chai";
import { demandOf } from "../../../infra/plan/budget";
import { plannedServing } from "../../../infra/plan/serving";
import type { Web } from "../../../infra/catalogue/vocabulary";
import type { Settings } from "../../../infra/settings/schema";
import { serversOf } from "../../../infra/plan/servers";
import { cloud, cloudPlan, everySystem, settings, specified, web, withServices, makePlan } from "../example";

const serving: Web["serving"] = { processes: 3, concurrency: 12, requestTimeout: "90s", workerTimeout: "20s" };
const pool = { development: 5, production: 2 };

const inCloud: Settings = {
  ...settings,
  target: "gcp",
  cloud: { ...cloud, maxInstances: 4, databaseConnections: 120, network: "default" },
};
const servedBy = (change: Partial<Web>, of: Settings) => {
  const { services } = makePlan(withServices({ web: { ...web, after: [], serving, ...change } }), of);
  const planned = services.get("shop/web");
  if (planned?.kind !== "web") throw new Error("the web service is not planned");
  return planned;
};

const servers = serversOf(cloudPlan(specified, everySystem));
const webDemandAt = (server: string, web: ReturnType<typeof servedBy>) =>
  demandOf(web, servers.find(({ id }) => id === server) ?? servers[0]!);

describe("how a web service serves", () => {
  it("is derived once, for each environment", () => {
    expect(plannedServing({ serving, environment: "development" })).to.deep.equal({
      processes: 3,
      threads: 4,
      concurrency: 12,
      requestTimeout: "90s",
      workerTimeout: "20s",
      connections: 4,
    });
    expect(plannedServing({ serving, pool, environment: "development" }).connections).to.equal(5);
    expect(plannedServing({ serving, pool, environment: "production" }).connections).to.equal(2);
  });

  it("reaches the container as gunicorn's variables", () => {
    expect(servedBy({}, settings).env).to.include({
      GUNICORN_WORKERS: "3",
      GUNICORN_THREADS: "4",
      GUNICORN_TIMEOUT: "20",
      GUNICORN_RELOAD: "False",
    });
    expect(servedBy({}, settings).env).to.not.have.property("DATABASE_POOL_SIZE");
    expect(servedBy({ pool }, settings).env["DATABASE_POOL_SIZE"]).to.equal("5");
    expect(servedBy({ pool }, inCloud).env["DATABASE_POOL_SIZE"]).to.equal("2");
  });

  it("lets gunicorn replace no silent process in the cloud, where the CPU is away between requests", () => {
    expect(servedBy({}, inCloud).env["GUNICORN_TIMEOUT"]).to.equal("0");
  });

  it("has a CPU between requests for a reason alone, and then silent processes are replaced in the cloud too", () => {
    const planned = servedBy({ serving: { ...serving, cpuAlwaysOn: { reason: "a thread sends mails" } } }, inCloud);
    expect(planned.serving.cpuAlwaysOn?.reason).to.equal("a thread sends mails");
    expect(planned.env["GUNICORN_TIMEOUT"]).to.equal("20");
  });

  it("is what the connection budget counts", () => {
    const { connections } = webDemandAt("postgres", servedBy({}, inCloud));
    // 4 instances x 3 processes x 4 threads, twice during a rollout.
    expect(connections).to.equal(96);
    expect(webDemandAt("postgres", servedBy({ pool }, inCloud)).connections).to.equal(48);
  });

  it("counts a thread's own connection to MySQL, which Django does not pool", () => {
    expect(webDemandAt("callcenter-db_mariadb", servedBy({ pool }, inCloud)).connections).to.equal(96);
  });
});
