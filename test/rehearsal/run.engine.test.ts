import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execCaptured } from "../../docker/exec";
import { RunMachine } from "../../rehearsal/apis/run/machine";
import { eventually } from "../e2e/project";
import { Attacker, letIn } from "../guard/attacker";
import { PROJECT } from "./cloud";
import { ACCOUNT, rehearsedRun, RUN, SERVICES } from "./cloud-run";

describe("rehearsed Cloud Run", () => {
  const { cloud, docker, image, container, service, deployed, refused, ask, makePublic, instances } =
    rehearsedRun(32480);

  it("makes a service that is ready, as Google shows one", async () => {
    const { response } = await deployed(`POST ${SERVICES}?serviceId=web`, service());
    expect(response["@type"]).to.equal("type.googleapis.com/google.cloud.run.v2.Service");
    const made = await cloud.must(`GET ${SERVICES}/web`);
    expect(made.terminalCondition).to.include({ type: "Ready", state: "CONDITION_SUCCEEDED" });
    expect(made.generation).to.equal(made.observedGeneration).and.to.equal("1");
    expect(made.latestReadyRevision)
      .to.equal(made.latestCreatedRevision)
      .and.to.match(/\/revisions\/web-00001-\w{3}$/);
    const revision = made.latestReadyRevision.split("/").pop();
    expect(made.trafficStatuses).to.deep.equal([
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", revision, percent: 100 },
    ]);
    expect(made).to.not.have.property("reconciling");
    expect(await instances()).to.deep.equal([revision]);
  });

  it("lets in who has the invoker role alone, and tells the service who asked without their signature", async () => {
    expect((await ask("web")).status).to.equal(403);
    const { uri } = await cloud.must(`GET ${SERVICES}/web`);
    const { identity } = RunMachine.of(cloud.rehearsal.cloud);
    const bearer = async (audience: string) => ({
      authorization: `Bearer ${await identity.token({ email: ACCOUNT, audience })}`,
    });
    expect((await ask("web", "/", await bearer(uri))).status).to.equal(403);
    await cloud.must(`POST ${SERVICES}/web:setIamPolicy`, {
      policy: { bindings: [{ role: "roles/run.invoker", members: [`serviceAccount:${ACCOUNT}`] }] },
    });
    expect((await ask("web", "/", await bearer("https://elsewhere.run.app"))).status).to.equal(401);
    expect((await ask("web", "/", { authorization: "Bearer made-up" })).status).to.equal(401);
    const { status, text } = await ask("web", "/", await bearer(uri));
    expect(status).to.equal(200);
    expect(text).to.match(/^authorization: Bearer \S+\.\S+\.SIGNATURE_REMOVED_BY_GOOGLE$/m);
    expect(text).to.match(/^host: web-\d+\.europe-west1\.run\.app$/m);
    expect(text).to.match(/^x-forwarded-proto: https$/m);
    expect(text).to.match(/^K_SERVICE=web\nK_REVISION=web-00001-\w{3}\nK_CONFIGURATION=web\nPORT=8080$/m);
  });

  it("changes revision by revision, and no request fails meanwhile", async () => {
    await makePublic("web");
    const [before] = await instances();
    let under = true;
    const answers: number[] = [];
    const load = Array.from({ length: 4 }, async () => {
      while (under) answers.push((await ask("web", "/slow")).status);
    });
    await deployed(`PATCH ${SERVICES}/web`, service({ env: [{ name: "WORD", value: "two" }] }));
    under = false;
    await Promise.all(load);
    expect(new Set(answers)).to.deep.equal(new Set([200]));
    expect((await ask("web")).text).to.match(/^WORD=two$/m);
    const after = await instances();
    expect(after).to.have.length(1);
    expect(after[0]).to.not.equal(before);
    const { revisions } = await cloud.must(`GET ${SERVICES}/web/revisions`);
    expect(revisions.map(({ name }: any) => name.split("/").pop())).to.deep.equal([after[0], before]);
  });

  it("leaves the revision as it is when only labels change", async () => {
    const before = await instances();
    await deployed(`PATCH ${SERVICES}/web?updateMask=labels`, { labels: { a: "b" } });
    const changed = await cloud.must(`GET ${SERVICES}/web`);
    expect([changed.generation, changed.labels]).to.deep.equal(["3", { a: "b" }]);
    expect(await instances()).to.deep.equal(before);
  });

  for (const [what, changes, message] of [
    [
      "a probe path that is not there",
      { startupProbe: { httpGet: { path: "/missing" }, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 2 } },
      /Revision 'web-0000\d-\w{3}' is not ready and cannot serve traffic\. The user-provided container failed the configured startup probe checks\. Logs for this revision/,
    ],
    [
      "a program that ends",
      { command: ["python", "-c", "raise SystemExit('no settings')"] },
      /failed the configured startup probe checks[^]*no settings/,
    ],
    ["an image that is not there", { image: image.replace("python:1", "nothing:1") }, /Image '\S+nothing:1' not found/],
  ] as const)
    it(`keeps what serves when the next revision has ${what}`, async () => {
      const before = await instances();
      expect(await refused(`PATCH ${SERVICES}/web`, service(changes))).to.match(message);
      const { terminalCondition, latestReadyRevision } = await cloud.must(`GET ${SERVICES}/web`);
      expect(terminalCondition).to.include({ state: "CONDITION_FAILED", reason: "REVISION_FAILED" });
      expect(latestReadyRevision.split("/").pop()).to.equal(before[0]);
      expect(await instances()).to.deep.equal(before);
      expect((await ask("web")).text).to.match(/^WORD=two$/m);
    });

  it("keeps what serves when the next revision is asked not to become ready, and takes it the time after", async () => {
    const before = await instances();
    cloud.rehearsal.cloud.faults.add({ kind: "never-ready", at: "web-*", times: 1 });
    const changed = { env: [{ name: "WORD", value: "two" }], args: ["given"] };
    expect(await refused(`PATCH ${SERVICES}/web`, service(changed))).to.match(
      /failed the configured startup probe checks/,
    );
    expect(await instances()).to.deep.equal(before);
    await deployed(`PATCH ${SERVICES}/web`, service(changed));
    expect(await instances()).to.not.deep.equal(before);
    expect((await ask("web")).text).to.match(/^WORD=two$/m);
  });

  it("gives a secret to the account with the accessor binding alone", async () => {
    const secrets = `secretmanager/v1/projects/${PROJECT}/secrets`;
    await cloud.must(`POST ${secrets}?secretId=key`, { replication: { automatic: {} } });
    await cloud.must(`POST ${secrets}/key:addVersion`, { payload: { data: Buffer.from("hush").toString("base64") } });
    const env = [{ name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "1" } } }];
    expect(await refused(`PATCH ${SERVICES}/web`, service({ env }))).to.match(
      /Permission denied on secret: projects\/\d+\/secrets\/key\/versions\/1 for Revision service account web-service@/,
    );
    const binding = { role: "roles/secretmanager.secretAccessor", members: [`serviceAccount:${ACCOUNT}`] };
    await cloud.must(`POST ${secrets}/key:setIamPolicy`, { policy: { bindings: [binding] } });
    await deployed(`PATCH ${SERVICES}/web?updateMask=labels`, { labels: { again: "1" } });
    expect((await ask("web")).text).to.match(/^KEY=hush$/m);
    const volumes = [{ name: "keys", secret: { secret: "key", items: [{ path: "word", version: "1", mode: 0o400 }] } }];
    const { template } = service({ volumeMounts: [{ name: "keys", mountPath: "/keys" }] }) as { template: object };
    await deployed(`PATCH ${SERVICES}/web`, { template: { ...template, volumes } });
    const [instance] = await instances();
    const command = ["sh", "-c", "stat -c %a /keys/word; cat /keys/word"];
    const file = await execCaptured({ docker, container: `rehearsal-test-${cloud.port}-run-${instance}`, command });
    expect(file.output).to.equal("400\nhush");
  });

  it("refuses what Cloud Run refuses, before anything runs", async () => {
    const tries: [object, number, RegExp][] = [
      [service({ env: [{ name: "PORT", value: "1" }] }), 400, /reserved env names were provided: PORT/],
      [service({ resources: { limits: { memory: "lots" } } }), 400, /resources\.limits\.memory/],
      [{ template: { containers: [] } }, 400, /at least one container/],
      [{ ...service(), traffic: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 50 }] }, 400, /sum to 100/],
      [
        { template: { serviceAccount: `no@${PROJECT}.iam.gserviceaccount.com`, containers: [container()] } },
        403,
        /actAs/,
      ],
    ];
    for (const [body, status, message] of tries) {
      const answer = await cloud.ask(`POST ${SERVICES}?serviceId=other`, body);
      expect([answer.status, answer.body.error?.message]).to.satisfy(
        ([code, text]: [number, string]) => code === status && message.test(text),
        JSON.stringify(answer.body),
      );
    }
    expect((await cloud.ask(`POST ${SERVICES}?serviceId=web`, service())).status).to.equal(409);
    expect((await cloud.ask(`GET ${SERVICES}/other`)).status).to.equal(404);
  });

  it("runs a job to its exit code, keeps its log, and fails with Google's message", async () => {
    const job = (script: string): object => ({
      template: {
        labels: { generation: "g" },
        template: {
          serviceAccount: ACCOUNT,
          maxRetries: 1,
          containers: [{ image, command: ["python", "-c", script] }],
        },
      },
    });
    await deployed(`POST ${RUN}/jobs?jobId=migrate`, job("print('done')"));
    const { response } = await deployed(`POST ${RUN}/jobs/migrate:run`, {});
    expect(response).to.include({ succeededCount: 1 }).and.to.have.property("completionTime");
    expect(response.labels).to.deep.equal({ generation: "g" });
    await deployed(
      `PATCH ${RUN}/jobs/migrate`,
      job("import os; raise SystemExit(int(os.environ['CLOUD_RUN_TASK_ATTEMPT']) + 3)"),
    );
    expect(await refused(`POST ${RUN}/jobs/migrate:run`, {})).to.match(
      /Task migrate-\w{5}-task0 failed with message: The container exited with an error/,
    );
    const { executions } = await cloud.must(`GET ${RUN}/jobs/migrate/executions`);
    expect(executions[0]).to.include({ failedCount: 1, retriedCount: 1 });
    expect(executions[0].conditions[0]).to.include({
      state: "CONDITION_FAILED",
      executionReason: "NON_ZERO_EXIT_CODE",
    });
    cloud.rehearsal.cloud.faults.add({ kind: "failing-job", at: "migrate", times: 2 });
    await deployed(`PATCH ${RUN}/jobs/migrate`, job("print('done')"));
    expect(await refused(`POST ${RUN}/jobs/migrate:run`, {})).to.match(/The container exited with an error/);
    const [latest] = (await cloud.must(`GET ${RUN}/jobs/migrate/executions`)).executions;
    expect(latest).to.include({ failedCount: 1, retriedCount: 1 });
    expect((await deployed(`POST ${RUN}/jobs/migrate:run`, {})).response).to.include({ succeededCount: 1 });
    await deployed(`DELETE ${RUN}/jobs/migrate`);
    expect((await cloud.ask(`GET ${RUN}/jobs/migrate`)).status).to.equal(404);
  });

  const lines = (execution: string): string[] =>
    readFileSync(join(cloud.folder, "logs", `${execution.split("/").pop()}.log`), "utf8")
      .trim()
      .split("\n")
      .sort();

  const job = (count: number): object => {
    const script = `
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
e = os.environ
index, count, attempt = (e["CLOUD_RUN_TASK_" + name] for name in ("INDEX", "COUNT", "ATTEMPT"))
print(index, count, attempt, e.get("WORD", "-"), *sys.argv[1:], flush=True)
if e.get("FAILS") == index: time.sleep(1); sys.exit(2)
if "FAILS" in e: time.sleep(600)
if index == "1" and attempt == "0": sys.exit(1)
`;
    const containers = [{ image, command: ["python", "-c", script], args: ["plain"] }];
    const template = { serviceAccount: ACCOUNT, maxRetries: 1, containers };
    return { template: { taskCount: count, parallelism: 2, template } };
  };

  it("runs every task of a job, as many at a time as it says, each as often as it may", async () => {
    // The name is that of a folder of Google's, too.
    await deployed(`POST ${RUN}/jobs?jobId=tasks`, job(3));
    const { response } = await deployed(`POST ${RUN}/jobs/tasks:run`, {});
    expect(response).to.include({ taskCount: 3, parallelism: 2, succeededCount: 3, retriedCount: 1 });
    expect(lines(response.name)).to.deep.equal(["0 3 0 - plain", "1 3 0 - plain", "1 3 1 - plain", "2 3 0 - plain"]);
    const { tasks } = await cloud.must(`GET run/v2/${response.name}/tasks`);
    expect(tasks.map(({ index, retried = 0 }: any) => [index, retried])).to.deep.equal([
      [0, 0],
      [1, 1],
      [2, 0],
    ]);
  });

  it("runs a job with other values for once, and stops its tasks when one has failed", async () => {
    const overrides = (taskCount: number, env: object[]): object => ({
      overrides: { taskCount, timeout: "60s", containerOverrides: [{ args: ["other"], env }] },
    });
    const { response } = await deployed(`POST ${RUN}/jobs/tasks:run`, overrides(1, [{ name: "WORD", value: "w" }]));
    expect(response).to.include({ taskCount: 1, parallelism: 1, succeededCount: 1 });
    expect(lines(response.name)).to.deep.equal(["0 1 0 w other"]);
    expect((await cloud.must(`GET ${RUN}/jobs/tasks`)).template).to.include({ taskCount: 3 });
    const message = await refused(`POST ${RUN}/jobs/tasks:run`, overrides(4, [{ name: "FAILS", value: "0" }]));
    expect(message).to.match(/Task tasks-\w{5}-task0 failed with message: The container exited with an error/);
    const [failed] = (await cloud.must(`GET ${RUN}/jobs/tasks/executions`)).executions;
    expect(failed).to.include({ failedCount: 1, cancelledCount: 3 }).and.to.not.have.property("runningCount");
    expect(failed.conditions[0]).to.include({ state: "CONDITION_FAILED", executionReason: "NON_ZERO_EXIT_CODE" });
    expect(await instances()).to.satisfy((names: string[]) => names.every((name) => !name.startsWith("tasks-")));
    await deployed(`DELETE ${RUN}/jobs/tasks`);
  });

  it("is closed to every web page: server, front end, metadata server, registry and its container", async () => {
    const { cloud: rehearsed } = cloud.rehearsal;
    await makePublic("web");
    const { uri } = await cloud.must(`GET ${SERVICES}/web`);
    const registry = await docker.getContainer(`rehearsal-test-${cloud.port}-registry`).inspect();
    const registryPort = Number(registry.NetworkSettings.Ports["5000/tcp"]?.[0]?.HostPort);
    const uploads = `/v2/${PROJECT}/apps/python/blobs/uploads/`;
    const state = () => readFileSync(join(cloud.folder, "state.json"), "utf8");
    const [before, running] = [state(), await instances()];
    cloud.rehearsal.report.empty();
    const attacker = await Attacker.open();
    try {
      for (const target of [
        {
          port: cloud.port,
          paths: ["/_rehearsal/token?audience=x", "/_rehearsal/faults", `/${SERVICES}?serviceId=evil`, "/v2/", uploads],
        },
        { port: Number(new URL(uri).port), paths: ["/"] },
        {
          port: RunMachine.of(rehearsed).portFor("metadata"),
          paths: ["/computeMetadata/v1/instance/service-accounts/default/identity?audience=x"],
        },
        { port: registryPort, paths: ["/v2/_catalog", uploads] },
      ]) {
        const outcome = await attacker.attack(target);
        expect(outcome.answered, String(target.port)).to.not.deep.equal([]);
        expect(outcome.read, String(target.port)).to.deep.equal([]);
        expect(letIn(outcome, { reading: true }), String(target.port)).to.deep.equal([]);
      }
    } finally {
      await attacker.close();
    }
    expect(cloud.rehearsal.report.entries().map(({ verb, path }) => `${verb} ${path}`)).to.deep.equal([]);
    expect([state(), await instances()]).to.deep.equal([before, running]);
  });

  it("serves on after a restart of the server, and of an instance", async () => {
    await cloud.close();
    await cloud.open();
    expect((await ask("web")).status).to.equal(200);
    const [revision] = await instances();
    await docker.getContainer(`rehearsal-test-${cloud.port}-run-${revision}`).kill();
    await docker.getContainer(`rehearsal-test-${cloud.port}-run-${revision}`).start();
    await eventually(
      () => ask("web"),
      ({ status }) => status === 200,
    );
  });

  it("leaves nothing of a deleted service", async () => {
    await deployed(`DELETE ${SERVICES}/web`);
    expect((await cloud.ask(`GET ${SERVICES}/web`)).status).to.equal(404);
    expect(await instances()).to.deep.equal([]);
    expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]);
  });
});
