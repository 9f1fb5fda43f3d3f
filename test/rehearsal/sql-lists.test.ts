import { expect } from "chai";
import { PROJECT, TestCloud } from "./cloud";

const V1BETA4 = `sqladmin/sql/v1beta4/projects/${PROJECT}`;
const V1 = `sqladmin/v1/projects/${PROJECT}`;

describe("what rehearsed Cloud SQL tells without a server", () => {
  const cloud = new TestCloud(32250);
  const names = (answer: any): string[] => (answer.items ?? []).map(({ name }: any) => name);

  before(async () => {
    await cloud.open();
    cloud.enable("sqladmin");
    const { store } = cloud.rehearsal.cloud;
    for (const [name, system] of [
      ["main", "booking"],
      ["other", "leads"],
    ] as const)
      store.put("sql.instances", name, {
        ...{ kind: "sql#instance", name, project: PROJECT, region: "europe-west1", state: "RUNNABLE" },
        ...{ backendType: "SECOND_GEN", databaseVersion: "POSTGRES_15" },
        connectionName: `${PROJECT}:europe-west1:${name}`,
        ipAddresses: [{ type: "PRIMARY", ipAddress: "192.0.2.1" }],
        serverCaCert: { kind: "sql#sslCert", sha1Fingerprint: "ab", cert: "PEM" },
        settings: { tier: "db-g1-small", settingsVersion: "1", userLabels: { system } },
      });
    for (const [name, targetId] of [
      ["one", "main"],
      ["two", "other"],
      ["three", "main"],
    ] as const)
      store.put("operations", name, {
        ...{ name, style: "sql", done: true, work: "sql.apply", input: {}, startTime: "2026-11-28T10:00:00.000Z" },
        metadata: { operationType: "UPDATE", targetId, targetProject: PROJECT },
      });
  });
  after(() => {
    cloud.rehearsal.cloud.store.put("serviceusage.enabled", "sqladmin.googleapis.com", { enabled: false });
    return cloud.remove();
  });

  it("filters and pages instances", async () => {
    const filter = encodeURIComponent("settings.userLabels.system:leads AND state:RUNNABLE");
    expect(names(await cloud.must(`GET ${V1BETA4}/instances?filter=${filter}`))).to.deep.equal(["other"]);
    const first = await cloud.must(`GET ${V1}/instances?maxResults=1`);
    expect(names(first)).to.deep.equal(["main"]);
    const second = await cloud.must(`GET ${V1}/instances?maxResults=1&pageToken=${first.nextPageToken}`);
    expect([names(second), second.nextPageToken]).to.deep.equal([["other"], undefined]);
    const wrong = await cloud.ask(`GET ${V1}/instances?pageToken=x`);
    expect([wrong.status, wrong.body.error.errors[0].reason]).to.deep.equal([400, "invalid"]);
  });

  it("lists operations, the newest first, of one instance or of all", async () => {
    expect(names(await cloud.must(`GET ${V1BETA4}/operations`))).to.deep.equal(["three", "two", "one"]);
    expect(names(await cloud.must(`GET ${V1}/operations?instance=main&maxResults=1`))).to.deep.equal(["three"]);
    const gone = await cloud.ask(`GET ${V1}/operations/nothing`);
    expect([gone.status, gone.body.error.errors[0].reason, gone.body.error.status]).to.deep.equal([
      404,
      "operationDoesNotExist",
      undefined,
    ]);
  });

  it("lists tiers, and the flags of a version", async () => {
    const tiers = (await cloud.must(`GET ${V1}/tiers`)).items;
    const small = tiers.find(({ tier }: any) => tier === "db-custom-1-3840");
    expect(small.RAM).to.equal(String(3840 * 2 ** 20));
    expect(tiers.map(({ tier }: any) => tier)).to.include.members(["db-f1-micro", "db-perf-optimized-N-2"]);
    const flags = (await cloud.must("GET sqladmin/v1/flags?databaseVersion=POSTGRES_15")).items;
    const connections = flags.find(({ name }: any) => name === "max_connections");
    expect(connections).to.include({ type: "INTEGER", kind: "sql#flag" });
    expect(connections.appliesTo).to.include("POSTGRES_15");
    expect(flags.map(({ name }: any) => name)).to.not.include("innodb_buffer_pool_size");
    expect(names(await cloud.must("GET sqladmin/sql/v1beta4/flags"))).to.include("max_allowed_packet");
  });

  it("tells a connector how to connect, and has no backups of its own", async () => {
    expect(await cloud.must(`GET ${V1}/instances/main/connectSettings`)).to.deep.include({
      kind: "sql#connectSettings",
      databaseVersion: "POSTGRES_15",
      ipAddresses: [{ type: "PRIMARY", ipAddress: "192.0.2.1" }],
    });
    expect((await cloud.must(`GET ${V1}/instances/main/listServerCas`)).activeVersion).to.equal("ab");
    expect(await cloud.must(`GET ${V1}/instances/main/backupRuns`)).to.deep.equal({ kind: "sql#backupRunsList" });
    expect((await cloud.ask(`GET ${V1}/instances/main/backupRuns/1`)).status).to.equal(404);
    expect((await cloud.ask(`GET ${V1}/instances/none/backupRuns`)).status).to.equal(404);
  });

  it("answers as Google describes it", () => expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]));
});

describe("the projects that the rehearsed cloud has", () => {
  const cloud = new TestCloud(32252);
  before(() => cloud.open());
  after(() => cloud.remove());

  it("is one, which is listed and found", async () => {
    const ids = ({ projects = [] }: any): string[] => projects.map(({ projectId }: any) => projectId);
    const v1 = "cloudresourcemanager/v1/projects";
    const v3 = "cloudresourcemanager/v3/projects";
    expect(ids(await cloud.must(`GET ${v1}`))).to.deep.equal([PROJECT]);
    expect(
      ids(await cloud.must(`GET ${v1}?filter=${encodeURIComponent("lifecycleState:ACTIVE id:fleet*")}`)),
    ).to.deep.equal([PROJECT]);
    expect(ids(await cloud.must(`GET ${v1}?filter=id:other`))).to.deep.equal([]);
    expect(
      ids(await cloud.must(`GET ${v3}:search?query=${encodeURIComponent(`id:${PROJECT} state:ACTIVE`)}`)),
    ).to.deep.equal([PROJECT]);
    expect((await cloud.ask(`GET ${v3}?parent=organizations/1`)).status).to.equal(403);
    expect((await cloud.must(`POST ${v1}/${PROJECT}:getAncestry`, {})).ancestor[0].resourceId.id).to.equal(PROJECT);
    expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]);
  });
});
