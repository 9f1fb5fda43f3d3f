import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { one, type Asked } from "../../../inventory";
import { estimate } from "../../../../cost/estimate";
import { traffics } from "../../../../cost/traffic";
import type { Background, Web } from "../../../../infra/catalogue/vocabulary";
import { demandOf } from "../../../../infra/plan/budget";
import { lookUp } from "../../../../infra/plan/ids";
import type { CloudPlan } from "../../../../infra/plan/plan";
import { serversOf } from "../../../../infra/plan/servers";
import { cloudPlan, everySystem, specified } from "../../example";
import { askedOfGoogle, containerOf, envOf, INVOKER, ofType, POOL, SERVICE } from "../cloud";

describe("a service on Cloud Run", () => {
  let prod: Asked[];
  before(async () => {
    prod = await askedOfGoogle();
  });

  it("leaves the CPU on between requests where the catalogue says why, for audits to read", async () => {
    const { booking } = specified;
    const reason = "a thread sends mails";
    const reservas = booking.services.reservas as Web;
    const serving = { ...reservas.serving, cpuAlwaysOn: { reason } };
    const services = { ...booking.services, reservas: { ...reservas, serving } };
    const asked = await askedOfGoogle({ catalogue: { ...specified, booking: { ...booking, services } } });
    const service = one(asked, "booking-reservas", SERVICE);
    expect(containerOf(service)).to.containSubset({ resources: { cpuIdle: false } });
    expect(service.inputs["annotations"]).to.include({ "fleet-excused-run-cpu-only-while-serving": reason });
  });

  it("runs a web service as specification 003 says, with probes and an account of its own", () => {
    const service = one(prod, "booking-reservas", SERVICE);
    expect(service.inputs).to.containSubset({
      name: "prod-booking-reservas",
      location: "europe-west1",
      project: "acme-shop",
      deletionProtection: false,
      ingress: "INGRESS_TRAFFIC_ALL",
      labels: { "fleet-stack": "prod", "fleet-system": "booking", "fleet-part": "reservas" },
      template: {
        serviceAccount: "prod-booking-reservas@acme-shop.iam.gserviceaccount.com",
        scaling: { minInstanceCount: 0, maxInstanceCount: 10 },
        maxInstanceRequestConcurrency: 8,
        timeout: "60s",
        volumes: [{ name: "cloudsql", cloudSqlInstance: { instances: ["acme-shop:europe-west1:prod-postgres"] } }],
      },
      traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
    });
    expect(containerOf(service)).to.containSubset({
      ports: { containerPort: 8080 },
      resources: { limits: { cpu: "1", memory: "512Mi" }, startupCpuBoost: true, cpuIdle: true },
      startupProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 5, failureThreshold: 13 },
      livenessProbe: { httpGet: { path: "/healthz", port: 8080 } },
      volumeMounts: [{ name: "cloudsql", mountPath: "/cloudsql" }],
    });
  });

  it("gives a health URL that Google's front end lets through", async () => {
    const urls: Promise<string>[] = [];
    await askedOfGoogle({
      seen: ({ services }) => {
        for (const { healthUrl } of services)
          if (healthUrl) urls.push(new Promise((done) => pulumi.output(healthUrl).apply(done)));
      },
    });
    const paths = (await Promise.all(urls)).map((url) => new URL(url).pathname);
    expect(paths).to.deep.equal(["/health/", "/health/"]);
  });

  it("lets nobody call a service but who has to", () => {
    expect(ofType(prod, INVOKER).map(({ inputs }) => [inputs["name"], inputs["role"], inputs["member"]])).to.deep.equal(
      [
        [
          "prod-booking-usuarios",
          "roles/run.invoker",
          "serviceAccount:prod-booking-reservas@acme-shop.iam.gserviceaccount.com",
        ],
      ],
    );
  });
});

describe("workers and schedulers on Cloud Run", () => {
  let all: Asked[];
  before(async () => {
    all = await askedOfGoogle({ settings: everySystem });
  });

  it("has workers and schedulers as pools of exactly one", () => {
    expect(ofType(all, POOL).map(({ name }) => name)).to.have.members([
      "marketplace-worker",
      "marketplace-beat",
      "marketplace-consumer",
      "meet-worker",
    ]);
    for (const { inputs, name } of ofType(all, POOL))
      expect(inputs["scaling"], name).to.deep.equal({ manualInstanceCount: 1 });
  });

  it("asks each over HTTP whether it works, at the port that the process is told", () => {
    for (const pool of ofType(all, POOL)) {
      const { startupProbe, livenessProbe } = containerOf(pool);
      const port = Number(envOf(pool)["HEARTBEAT_PORT"]?.value);
      expect([startupProbe.httpGet, livenessProbe.httpGet], pool.name).to.deep.equal([
        { path: "/", port },
        { path: "/", port },
      ]);
      expect(livenessProbe, pool.name).to.include({ periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 5 });
      expect(pool.inputs["annotations"], pool.name).to.deep.equal({});
    }
  });

  it("has as many of a worker as the catalogue says, each of which the budget and the bill count", async () => {
    const { marketplace } = specified;
    const { worker } = marketplace.services as Record<string, Background>;
    const three = { ...marketplace, services: { ...marketplace.services, worker: { ...worker!, instances: 3 } } };
    const catalogue = { ...specified, marketplace: three };
    const asked = await askedOfGoogle({ catalogue, settings: everySystem });
    expect(one(asked, "marketplace-worker", POOL).inputs["scaling"].manualInstanceCount).to.equal(3);
    const plan = cloudPlan(catalogue, everySystem);
    const [server] = serversOf(plan);
    expect(demandOf(lookUp(plan.services, "marketplace/worker"), server!).connections).to.equal(12);
    const of = (each: CloudPlan): number =>
      estimate({ plan: each, traffic: traffics[0]! })
        .lines.filter(({ part }) => part === "marketplace/worker")
        .reduce((sum, { usd }) => sum + usd, 0);
    expect(of(plan)).to.be.closeTo(3 * of(cloudPlan(specified, everySystem)), 1e-6);
  });

  it("has no probe where the catalogue names no port for one, and says so", async () => {
    const { marketplace } = specified;
    const { probe: _, ...worker } = (marketplace.services as Record<string, Background>)["worker"]!;
    const catalogue = { ...specified, marketplace: { ...marketplace, services: { ...marketplace.services, worker } } };
    const pool = one(await askedOfGoogle({ catalogue, settings: everySystem }), "marketplace-worker", POOL);
    expect(containerOf(pool)).to.not.have.any.keys("startupProbe", "livenessProbe");
    expect(pool.inputs["annotations"]["fleet-excused-run-worker-probe"]).to.include("names no port");
  });
});
