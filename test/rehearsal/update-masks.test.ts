import { expect } from "chai";
import { loadApis } from "../../rehearsal/apis";
import { Schemas } from "../../rehearsal/discovery/schemas";
import { checkRequest } from "../../rehearsal/discovery/validate";
import { PROJECT, TestCloud } from "./cloud";

/** Every PATCH that is answered, with the message that its mask is about. */
const patches = loadApis().flatMap(({ documents, handlers }) =>
  documents.flatMap((document) =>
    document.methods
      .filter(
        ({ id, httpMethod, parameters }) => id in handlers && httpMethod === "PATCH" && "updateMask" in parameters,
      )
      .map((method) => ({ document, method, fields: document.schemas[method.request!.$ref]!.properties! })),
  ),
);

describe("an update mask", () => {
  for (const { document, method, fields } of patches) {
    const schemas = new Schemas(document);
    const wrongIn = (path: string): string[] =>
      checkRequest({
        schemas,
        match: { document, method, params: {} },
        query: new URLSearchParams({ updateMask: path }),
        body: {},
      }).violations.map(({ description }) => description);

    it(`names nothing that does not change, and takes away nothing that is required: ${method.id}`, () => {
      const fixed = Object.keys(fields).filter((key) => fields[key]?.readOnly || fields[key]?.immutable);
      expect(fixed).to.include("name");
      for (const key of fixed) expect(wrongIn(key)).to.deep.equal([`paths not permitted to be updated: ${key}`]);
      const required = Object.keys(fields).filter((key) => fields[key]?.required && !fixed.includes(key));
      for (const key of required) expect(wrongIn(key).join()).to.match(/^Required field '\S+' is not set\.$/);
      const others = Object.keys(fields).filter((key) => ![...fixed, ...required].includes(key));
      expect(others).to.not.deep.equal([]);
      for (const key of others) expect(wrongIn(key), key).to.deep.equal([]);
    });
  }

  it("is looked at in every API with one", () => {
    expect([...new Set(patches.map(({ document }) => document.name))]).to.have.members([
      "artifactregistry",
      "cloudscheduler",
      "iam",
      "monitoring",
      "redis",
      "run",
      "secretmanager",
    ]);
  });
});

describe("an update of the rehearsed cloud", () => {
  const cloud = new TestCloud(32110);
  const secrets = `secretmanager/v1/projects/${PROJECT}/secrets`;
  const repositories = `artifactregistry/v1/projects/${PROJECT}/locations/europe-west1/repositories`;
  const accounts = `iam/v1/projects/${PROJECT}/serviceAccounts`;
  const email = `web-service@${PROJECT}.iam.gserviceaccount.com`;

  before(async () => {
    await cloud.open();
    cloud.enable("secretmanager", "artifactregistry", "iam", "run", "sqladmin");
    await cloud.must(`POST ${secrets}?secretId=key`, { replication: { automatic: {} }, labels: { a: "b" } });
    await cloud.must(`POST ${accounts}`, { accountId: "web-service" });
    const made = await cloud.must(`POST ${repositories}?repositoryId=apps`, { format: "PYTHON" });
    await cloud.done("artifactregistry/v1", made);
    cloud.rehearsal.cloud.store.put("sql.instances", "main", {
      name: "main",
      region: "europe-west1",
      databaseVersion: "POSTGRES_15",
      settings: { tier: "db-g1-small", settingsVersion: "1" },
    });
  });
  after(() => {
    // Nothing was made with an engine.
    for (const service of ["artifactregistry", "run", "sqladmin"])
      cloud.rehearsal.cloud.store.put("serviceusage.enabled", `${service}.googleapis.com`, { enabled: false });
    return cloud.remove();
  });

  const readable = async () => {
    const [listed] = (await cloud.must(`GET ${secrets}`)).secrets;
    const [account] = (await cloud.must(`GET ${accounts}`)).accounts;
    const [repository] = (await cloud.must(`GET ${repositories}`)).repositories;
    return { listed, account, repository };
  };

  for (const [what, ask, body] of [
    ["a secret's name", `PATCH ${secrets}/key?updateMask=name`, {}],
    ["a secret's replication", `PATCH ${secrets}/key?updateMask=replication.automatic`, { replication: {} }],
    ["a repository's format", `PATCH ${repositories}/apps?updateMask=format`, {}],
    ["another format, without a mask", `PATCH ${repositories}/apps`, { format: "DOCKER" }],
    ["an account's address", `PATCH ${accounts}/${email}`, { updateMask: "email", serviceAccount: {} }],
    ["an account's tokens", `PATCH ${accounts}/${email}`, { updateMask: "etag", serviceAccount: {} }],
    [
      "a database server's region",
      `PATCH sqladmin/sql/v1beta4/projects/${PROJECT}/instances/main`,
      { region: "us-central1" },
    ],
  ] as const)
    it(`takes away or changes nothing that stays as it is: ${what}`, async () => {
      const before = await readable();
      const { status, body: answer } = await cloud.ask(ask, body);
      expect([status, answer.error?.status]).to.deep.equal([400, "INVALID_ARGUMENT"]);
      expect(await readable()).to.deep.equal(before);
    });

  it("takes the place of a job of Cloud Run, which has no mask, and of what a mask * names anywhere", async () => {
    const jobs = `run/v2/projects/${PROJECT}/locations/europe-west1/jobs`;
    const template = { template: { containers: [{ image: "i" }] } };
    const first = { launchStage: "BETA", labels: { a: "b" }, annotations: { a: "b" }, template };
    await cloud.done("run/v2", await cloud.must(`POST ${jobs}?jobId=job`, first));
    await cloud.done("run/v2", await cloud.must(`PATCH ${jobs}/job`, { annotations: { a: "c" }, template }));
    const job = await cloud.must(`GET ${jobs}/job`);
    expect(job).to.deep.include({ annotations: { a: "c" }, launchStage: "GA", generation: "2" });
    expect(job).to.include.keys("uid", "createTime", "creator").and.not.have.property("labels");
    const whole = await cloud.must(`PATCH ${repositories}/apps?updateMask=*`, { labels: { a: "b" } });
    await cloud.must(`PATCH ${repositories}/apps?updateMask=*`, { description: "d" });
    const { labels: _, updateTime: __, ...rest } = whole;
    expect(await cloud.must(`GET ${repositories}/apps`)).to.deep.include({ ...rest, description: "d" });
    expect(await cloud.must(`GET ${repositories}/apps`)).to.not.have.property("labels");
  });

  it("leaves no service, pool or job without what it cannot be without", async () => {
    const location = `projects/${PROJECT}/locations/europe-west1`;
    const { store } = cloud.rehearsal.cloud;
    const template = { containers: [{ image: "i" }] };
    for (const [folder, kind, field, of] of [
      ["services", "run.services", "service", { template }],
      ["workerPools", "run.workerPools", "worker_pool", { template }],
      ["jobs", "run.jobs", "job", { template: { template } }],
    ] as const) {
      const name = `${location}/${folder}/there`;
      store.put(kind, name, { name, generation: "1", observedGeneration: "1", ...of });
      const { status, body } = await cloud.ask(`PATCH run/v2/${name}`, { labels: { a: "b" } });
      expect([status, body.error?.details?.[0].fieldViolations[0].description]).to.deep.equal([
        400,
        `Required field '${field}.template' is not set.`,
      ]);
      store.delete(kind, name);
    }
  });

  it("keeps an etag whoever names it, and what has the same value", async () => {
    const { etag, replication } = await cloud.must(`GET ${secrets}/key`);
    expect(await cloud.must(`PATCH ${secrets}/key?updateMask=etag`, {})).to.include({ etag });
    await cloud.must(`PATCH ${secrets}/key?updateMask=labels`, { replication, labels: { a: "c" } });
    expect((await cloud.must(`GET ${secrets}/key`)).labels).to.deep.equal({ a: "c" });
    await cloud.must(`PATCH ${repositories}/apps?updateMask=description`, { description: "d", format: "PYTHON" });
  });
});
