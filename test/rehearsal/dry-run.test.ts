import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadApis } from "../../rehearsal/apis";
import { PROJECT, TestCloud } from "./cloud";

const LOCATION = `projects/${PROJECT}/locations/europe-west1`;
const RUN = `run/v2/${LOCATION}`;
const container = { image: "localhost:1/p/apps/web:1" };
const SERVICE = { template: { containers: [container] } };
const JOB = { template: { template: { containers: [container] } } };

/** A request that is only checked, for each method that takes `validateOnly` and is answered; `kind` is what it answers with. */
const ASKED: Record<string, { ask: string; body?: object; kind: string }> = {
  "run.projects.locations.services.create": {
    ask: `POST ${RUN}/services?serviceId=other&validateOnly=true`,
    body: SERVICE,
    kind: "Service",
  },
  "run.projects.locations.services.patch": {
    ask: `PATCH ${RUN}/services/web?validate_only=true&updateMask=description`,
    body: { description: "changed" },
    kind: "Service",
  },
  "run.projects.locations.services.delete": { ask: `DELETE ${RUN}/services/web?validateOnly=true`, kind: "Service" },
  "run.projects.locations.workerPools.create": {
    ask: `POST ${RUN}/workerPools?workerPoolId=other&validateOnly=true`,
    body: SERVICE,
    kind: "WorkerPool",
  },
  "run.projects.locations.workerPools.patch": {
    ask: `PATCH ${RUN}/workerPools/worker?validateOnly=true&updateMask=description`,
    body: { description: "changed" },
    kind: "WorkerPool",
  },
  "run.projects.locations.workerPools.delete": {
    ask: `DELETE ${RUN}/workerPools/worker?validateOnly=true`,
    kind: "WorkerPool",
  },
  "run.projects.locations.jobs.create": {
    ask: `POST ${RUN}/jobs?jobId=other&validateOnly=true`,
    body: { ...JOB, runExecutionToken: "now" },
    kind: "Job",
  },
  "run.projects.locations.jobs.patch": { ask: `PATCH ${RUN}/jobs/migrate?validateOnly=true`, body: JOB, kind: "Job" },
  "run.projects.locations.jobs.delete": { ask: `DELETE ${RUN}/jobs/migrate?validateOnly=true`, kind: "Job" },
  "run.projects.locations.jobs.executions.cancel": {
    ask: `POST ${RUN}/jobs/migrate/executions/one:cancel`,
    body: { validateOnly: true },
    kind: "Execution",
  },
  "run.projects.locations.jobs.executions.delete": {
    ask: `DELETE ${RUN}/jobs/migrate/executions/one?validateOnly=true`,
    kind: "Execution",
  },
  "run.projects.locations.services.revisions.delete": {
    ask: `DELETE ${RUN}/services/web/revisions/web-old?validateOnly=true`,
    kind: "Revision",
  },
  "run.projects.locations.workerPools.revisions.delete": {
    ask: `DELETE ${RUN}/workerPools/worker/revisions/worker-old?validateOnly=true`,
    kind: "Revision",
  },
  "run.projects.locations.jobs.run": {
    ask: `POST ${RUN}/jobs/migrate:run`,
    body: { validateOnly: "true" },
    kind: "Execution",
  },
};

describe("a request that is only checked", () => {
  const cloud = new TestCloud(32100);
  const state = (): string => readFileSync(join(cloud.folder, "state.json"), "utf8");

  before(async () => {
    await cloud.open();
    cloud.enable("run");
    // What is there was made without an engine.
    for (const [path, body, kind, name] of [
      ["services?serviceId=web", SERVICE, "run.services", "services/web"],
      ["workerPools?workerPoolId=worker", SERVICE, "run.workerPools", "workerPools/worker"],
      ["jobs?jobId=migrate", JOB, "run.jobs", "jobs/migrate"],
    ] as const) {
      const { response } = await cloud.must(`POST ${RUN}/${path}&validateOnly=true`, body);
      const { "@type": _, ...resource } = response;
      cloud.rehearsal.cloud.store.put(kind, `${LOCATION}/${name}`, resource);
    }
    const { response } = await cloud.must(`POST ${RUN}/jobs/migrate:run`, { validateOnly: true });
    const name = `${LOCATION}/jobs/migrate/executions/one`;
    const { "@type": _, ...execution } = response;
    cloud.rehearsal.cloud.store.put("run.executions", name, { ...execution, name });
    for (const at of ["services/web/revisions/web-old", "workerPools/worker/revisions/worker-old"]) {
      const old = `${LOCATION}/${at}`;
      cloud.rehearsal.cloud.store.put("run.revisions", old, { name: old, etag: '"1"', conditions: [] });
    }
  });
  after(() => {
    // No engine is asked for what was only checked.
    cloud.rehearsal.cloud.store.put("serviceusage.enabled", "run.googleapis.com", { enabled: false });
    return cloud.remove();
  });

  it("is asked here of every method that can be", () => {
    const methods = loadApis().flatMap(({ documents, handlers }) =>
      documents.flatMap(({ methods, schemas }) =>
        methods.filter(({ id, parameters, request }) => {
          const fields = request ? (schemas[request.$ref]?.properties ?? {}) : {};
          return Object.hasOwn(handlers, id) && ("validateOnly" in parameters || "validateOnly" in fields);
        }),
      ),
    );
    expect(Object.keys(ASKED)).to.have.members([...new Set(methods.map(({ id }) => id))]);
  });

  for (const [method, { ask, body, kind }] of Object.entries(ASKED))
    it(`changes nothing, and is answered as a finished operation: ${method}`, async () => {
      const before = state();
      const operation = await cloud.must(ask, body);
      expect(operation).to.include({ done: true });
      expect(operation.response).to.include({ "@type": `type.googleapis.com/google.cloud.run.v2.${kind}` });
      expect(operation.response)
        .to.have.property("name")
        .that.matches(/^projects\//);
      expect(operation.response).to.not.have.property("reconciling");
      expect(state()).to.equal(before);
      await cloud.rehearsal.cloud.operations.settled();
      expect(state()).to.equal(before);
    });

  it("is refused as the request itself would be", async () => {
    const wrong = { template: { containers: [{ ...container, env: [{ name: "PORT", value: "1" }] }] } };
    const asked = await cloud.ask(`POST ${RUN}/services?serviceId=other&validateOnly=true`, wrong);
    expect([asked.status, asked.body.error.message]).to.satisfy(
      ([status, message]: [number, string]) => status === 400 && /reserved env names/.test(message),
    );
    expect((await cloud.ask(`DELETE ${RUN}/services/none?validateOnly=true`)).status).to.equal(404);
  });
});
