import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT, TestCloud } from "./cloud";

const LIST = "POST logging/v2/entries:list";

describe("rehearsed Cloud Logging", () => {
  const cloud = new TestCloud(31580);
  const list = (filter: string, more: object = {}) =>
    cloud.ask(LIST, { resourceNames: [`projects/${PROJECT}`], filter, ...more });
  const texts = ({ body }: { body: { entries?: { textPayload: string }[] } }): string[] =>
    (body.entries ?? []).map(({ textPayload }) => textPayload);

  before(async () => {
    await cloud.open();
    mkdirSync(join(cloud.folder, "logs"));
    writeFileSync(join(cloud.folder, "logs/migrate-abcde.log"), 'one\n{"message":"two"}\n');
    writeFileSync(join(cloud.folder, "logs/migrate-fghij.log"), "three\n");
    writeFileSync(join(cloud.folder, "logs/other-klmno.log"), "four\n");
  });
  after(() => cloud.remove());

  it("gives the entries of a job and of one execution, taken apart where they are JSON", async () => {
    const job = 'resource.type="cloud_run_job" AND resource.labels.job_name="migrate"';
    expect(texts(await list(job))).to.deep.equal(["one", undefined, "three"]);
    const of = await list(`${job} AND labels."run.googleapis.com/execution_name"="migrate-abcde"`);
    expect(of.body.entries[1].jsonPayload).to.deep.equal({ message: "two" });
    expect(texts(of)).to.have.lengthOf(2);
    expect(texts(await list(`${job} AND timestamp>="2099-01-01T00:00:00Z"`))).to.deep.equal([]);
  });

  it("gives them page by page, in either order", async () => {
    const filter = 'resource.type="cloud_run_job"';
    const first = await list(filter, { pageSize: 3 });
    const second = await list(filter, { pageSize: 3, pageToken: first.body.nextPageToken });
    expect([...texts(first), ...texts(second)]).to.deep.equal(["one", undefined, "three", "four"]);
    expect(texts(await list(filter, { orderBy: "timestamp desc" }))[0]).to.equal("four");
  });

  it("keeps what clients write, by its log, time and severity", async () => {
    const logName = `projects/${PROJECT}/logs/my%2Flog`;
    const entries = [
      { textPayload: "bad", severity: "ERROR", timestamp: "2026-11-28T10:00:01Z" },
      { textPayload: "good", severity: "INFO", timestamp: "2026-11-28T10:00:02Z", labels: { a: "1" } },
      { jsonPayload: { message: "worse" }, severity: "CRITICAL", timestamp: "2026-11-28T10:00:00Z" },
    ];
    await cloud.must("POST logging/v2/entries:write", { logName, labels: { b: "2" }, entries });
    await cloud.must("POST logging/v2/entries:write", { logName, entries, dryRun: true });
    const loud = await list(`logName="${logName}" AND severity>=WARNING`);
    expect(loud.body.entries.map(({ severity }: any) => severity)).to.deep.equal(["CRITICAL", "ERROR"]);
    const [good] = (await list(`logName="${logName}"\nlabels.a=1`)).body.entries;
    expect(good.labels).to.deep.equal({ a: "1", b: "2" });
    expect(good.resource).to.deep.equal({ type: "global", labels: { project_id: PROJECT } });
    expect((await list('resource.type="global" AND jsonPayload.message="worse"')).body.entries).to.have.lengthOf(1);
    expect(await cloud.must(`GET logging/v2/projects/${PROJECT}/logs`)).to.deep.equal({ logNames: [logName] });
    const other = { logName: "projects/other/logs/x", entries };
    expect((await cloud.ask("POST logging/v2/entries:write", other)).status).to.equal(400);
    await cloud.must(`DELETE logging/v2/${logName}`);
    expect(await cloud.must(`GET logging/v2/projects/${PROJECT}/logs`)).to.deep.equal({});
  });

  it("refuses what it would not do, and another project", async () => {
    for (const filter of ["", 'resource.type="cloud_run_revision"', 'resource.type="cloud_run_job" OR severity=ERROR'])
      expect((await list(filter)).status, filter).to.equal(501);
    const other = await cloud.ask(LIST, { resourceNames: ["projects/other"], filter: 'resource.type="cloud_run_job"' });
    expect(other.status).to.equal(403);
    expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]);
  });
});
