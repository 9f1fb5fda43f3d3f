import { expect } from "chai";
import { request } from "node:http";
import { measured } from "../../rehearsal/apis/run/measures";
import { eventually } from "../e2e/project";
import { ACCOUNT, LOCATION, rehearsedRun, RUN, SERVICES } from "./cloud-run";

describe("what is deleted of the rehearsed Cloud Run, and what is asked by its tag", () => {
  const { cloud, image, container, deployed, refused, instances, makePublic } = rehearsedRun(32230);
  const job = (program: string, tasks = 1): object => ({
    template: {
      taskCount: tasks,
      template: { maxRetries: 3, containers: [{ image, command: ["python", "-c", program] }] },
    },
  });
  const WAITS = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)); time.sleep(60)";
  const running = (): Promise<string[]> => eventually(instances, (names) => names.length > 0);
  const served = async (host: string, port: number): Promise<string> =>
    new Promise((resolve, reject) =>
      request({ host: "127.0.0.1", port, headers: { host: `${host}:${port}` } }, (answer) => {
        let text = "";
        answer.on("data", (data) => (text += String(data))).on("end", () => resolve(text));
      })
        .on("error", reject)
        .end(),
    );

  it("waits for an operation no longer than it is asked to", async () => {
    const { name } = await cloud.must(`POST ${RUN}/jobs?jobId=waits`, job(WAITS));
    expect((await cloud.must(`POST run/v2/${name}:wait`, { timeout: "20s" })).done).to.equal(true);
    const started = await cloud.must(`POST ${RUN}/jobs/waits:run`, {});
    await running();
    expect(await cloud.must(`POST run/v2/${started.name}:wait`, { timeout: "0.1s" })).to.not.have.property("done");
    const { operations } = await cloud.must(`GET ${RUN}/operations?filter=${encodeURIComponent("done=true")}`);
    expect(operations.map((one: any) => one.name))
      .to.include(name)
      .and.to.not.include(started.name);
    expect((await cloud.ask(`DELETE run/v2/${started.name}`)).body.error.status).to.equal("FAILED_PRECONDITION");
    await cloud.must(`DELETE run/v2/${name}`);
    expect((await cloud.ask(`GET run/v2/${name}`)).status).to.equal(404);
  });

  it("ends an execution that runs when its job is deleted, and leaves nothing of it", async () => {
    const [{ name }] = (await cloud.must(`GET ${RUN}/jobs/waits/executions`)).executions;
    const { operations } = await cloud.must(`GET ${RUN}/operations`);
    const execution = operations.find((one: any) => one.metadata.name === name);
    const { response } = await deployed(`DELETE ${RUN}/jobs/waits`);
    expect(Date.parse(response.deleteTime)).to.be.below(Date.parse(response.expireTime));
    const { error } = await cloud.done("run/v2", execution);
    expect(error.message).to.match(/^Execution waits-\w+ was deleted meanwhile\.$/);
    expect([await instances(), cloud.rehearsal.cloud.store.list("run.executions")]).to.deep.equal([[], []]);
    expect(cloud.rehearsal.report.summary().broken).to.deep.equal([]);
  });

  it("deletes an execution, running or not, and its tasks with it", async () => {
    await deployed(`POST ${RUN}/jobs?jobId=two`, job(WAITS, 2));
    const { metadata, ...operation } = await cloud.must(`POST ${RUN}/jobs/two:run`, {});
    await eventually(instances, (names) => names.length === 2);
    await deployed(`DELETE run/v2/${metadata.name}`);
    expect((await cloud.done("run/v2", operation as { name: string })).error.message).to.match(/was deleted meanwhile/);
    expect(await instances()).to.deep.equal([]);
    expect(await cloud.must(`GET ${RUN}/jobs/two/executions`)).to.deep.equal({});
    await deployed(`DELETE ${RUN}/jobs/two`);
    expect(cloud.rehearsal.report.summary().broken).to.deep.equal([]);
  });

  it("tells of the images that were pushed, and of their versions and tags", async () => {
    const at = `artifactregistry/v1/${LOCATION}/repositories/apps`;
    const { dockerImages } = await cloud.must(`GET ${at}/dockerImages`);
    expect(dockerImages).to.have.lengthOf(1);
    const [{ name, uri, tags, imageSizeBytes, mediaType }] = dockerImages;
    expect([tags, mediaType.endsWith("+json"), Number(imageSizeBytes) > 1000]).to.deep.equal([["1"], true, true]);
    expect(uri).to.match(/^localhost:\d+\/fleet-rehearsal\/apps\/python@sha256:/);
    expect((await cloud.must(`GET artifactregistry/v1/${name}`)).uri).to.equal(uri);
    const { packages } = await cloud.must(`GET ${at}/packages`);
    expect(packages.map((one: any) => one.displayName)).to.deep.equal(["python"]);
    const digest = uri.split("@")[1];
    const version = `${packages[0].name}/versions/${digest}`;
    expect((await cloud.must(`GET artifactregistry/v1/${version}?view=FULL`)).relatedTags).to.have.lengthOf(1);
    await cloud.must(`POST artifactregistry/v1/${packages[0].name}/tags?tagId=two`, { version });
    const listed = async (): Promise<string[]> =>
      (await cloud.must(`GET artifactregistry/v1/${packages[0].name}/tags`)).tags.map((one: any) =>
        one.name.split("/").pop(),
      );
    expect(await listed()).to.have.members(["1", "two"]);
    for (const [tagId, of, status] of [
      ["two", version, 409],
      ["three", version.replace("/packages/", "/packages/other"), 400],
    ])
      expect(
        (await cloud.ask(`POST artifactregistry/v1/${packages[0].name}/tags?tagId=${tagId}`, { version: of })).status,
      ).to.equal(status);
    await cloud.must(`DELETE artifactregistry/v1/${packages[0].name}/tags/two`);
    expect(await listed()).to.deep.equal(["1"]);
    expect((await cloud.ask(`DELETE artifactregistry/v1/${version}`)).body.error.status).to.equal(
      "FAILED_PRECONDITION",
    );
    expect((await cloud.ask(`GET ${at}/packages/nothing`)).status).to.equal(404);
  });

  it("asks a revision by its tag alone, whatever its share of the traffic", async () => {
    const template = (word: string, revision: string): object => ({
      template: {
        revision,
        serviceAccount: ACCOUNT,
        containers: [container({ env: [{ name: "WORD", value: word }] })],
      },
    });
    await deployed(`POST ${SERVICES}?serviceId=web`, template("old", "web-old"));
    await makePublic("web");
    const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
    const traffic = [
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "web-old", percent: 100 },
      { type: LATEST, percent: 0, tag: "next" },
    ];
    const { response } = await deployed(`PATCH ${SERVICES}/web`, { ...template("new", "web-new"), traffic });
    const [, { tag, uri }] = response.trafficStatuses;
    const [own, tagged] = [new URL(response.uri), new URL(uri)];
    expect([tag, tagged.hostname]).to.deep.equal(["next", `next---${own.hostname}`]);
    const port = Number(own.port);
    expect(await served(tagged.hostname, port))
      .to.match(/^WORD=new\n/)
      .and.to.match(/host: next---web-/);
    expect(await served(own.hostname, port)).to.match(/^WORD=old\n/);
    expect(await served(`other---${own.hostname}`, port)).to.not.match(/WORD/);
    const twice = [...traffic, { type: LATEST, tag: "next" }];
    expect((await cloud.ask(`PATCH ${SERVICES}/web?updateMask=traffic`, { traffic: twice })).status).to.equal(400);
  });

  it("deletes a revision that neither serves nor is the latest", async () => {
    expect((await cloud.ask(`DELETE ${SERVICES}/web/revisions/web-old`)).body.error.message).to.match(
      /serves its traffic/,
    );
    expect((await cloud.ask(`DELETE ${SERVICES}/web/revisions/web-new`)).status).to.equal(400);
    await deployed(`PATCH ${SERVICES}/web?updateMask=traffic`, { traffic: [] });
    await deployed(`DELETE ${SERVICES}/web/revisions/web-old`);
    expect(await instances()).to.deep.equal(["web-new"]);
    const { revisions } = await cloud.must(`GET ${SERVICES}/-/revisions`);
    expect(revisions.map(({ name }: any) => name.split("/").pop())).to.deep.equal(["web-new"]);
    expect(
      await refused(`PATCH ${SERVICES}/web?updateMask=traffic`, {
        traffic: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "web-old", percent: 100 }],
      }),
    ).to.match(/does not exist/);
    await deployed(`DELETE ${SERVICES}/web`);
    const version = (
      await cloud.must(`GET artifactregistry/v1/${LOCATION}/repositories/apps/dockerImages`)
    ).dockerImages[0].name
      .replace("/dockerImages/", "/packages/")
      .replace("@", "/versions/");
    await cloud.done("artifactregistry/v1", await cloud.must(`DELETE artifactregistry/v1/${version}?force=true`));
    expect(await cloud.must(`GET artifactregistry/v1/${LOCATION}/repositories/apps/packages`)).to.deep.equal({});
    expect(measured(cloud.rehearsal.cloud).filter(({ revision, code }) => revision === "web-new" && code === 200)).to
      .not.be.empty;
    expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]);
  });
});
