import { expect } from "chai";
import Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import { POOLS, REVISIONS, type Revision, type WorkerPool } from "../../rehearsal/apis/run/shapes";
import { eventually } from "../e2e/project";
import { Drill } from "./drill";

const PORT = 32560;
const ACCESS_KEY = "FLEETOFATESTALONE000";
const WEBS = ["booking/usuarios", "booking/reservas", "callcenter/web", "leads/web", "marketplace/web", "meet/web"];
const MOST = 5;

/** Every system of prod on the rehearsed cloud, by the real program, engine and plugin, under load. */
describe("the whole of prod on the rehearsed cloud", function () {
  const drill = new Drill("whole", PORT, {
    config: {
      systems: "[all]",
      network: "default",
      messagingAccount: '"000000000000"',
      messagingEndpoint: `http://aws.localhost:${PORT + 55}`,
      maxInstances: String(MOST),
      secrets: `{ marketplace-aws-access-key-id: ${ACCESS_KEY}, marketplace-aws-secret-access-key: made-up }`,
    },
    idleSeconds: 20,
    aws: { port: PORT + 55, image: "localstack/localstack:4.14.0", accessKey: ACCESS_KEY },
  });
  const docker = new Docker();

  before(() => drill.open());
  after(() => drill.remove());

  const instancesOf = async (name: string): Promise<number> => {
    const filters = { name: [`^/${drill.container(name).replaceAll(".", "\\.")}(\\.[0-9]+)?$`] };
    return (await docker.listContainers({ filters })).length;
  };
  const all = (): Record<string, string> => Object.fromEntries(WEBS.map((name) => [name, drill.serving(name)]));
  const pools = (): WorkerPool[] => drill.cloud.rehearsal.cloud.store.list<WorkerPool>(POOLS);
  const clean = (): void => {
    const { violations, unanswered, broken, ownViolations } = drill.cloud.rehearsal.report.summary();
    expect({ violations, unanswered, broken, ownViolations }).to.deep.equal({
      ...{ violations: [], unanswered: [], broken: [], ownViolations: [] },
    });
  };

  it("comes up with its four worker pools, and answers from its databases", async () => {
    await drill.mustUp();
    expect(pools().map(({ terminalCondition }) => terminalCondition.state)).to.deep.equal(
      Array(4).fill("CONDITION_SUCCEEDED"),
    );
    const { asked, failed } = await drill.underLoad(() => sleep(5000), { names: WEBS });
    expect(failed).to.deep.equal([]);
    expect(asked).to.be.greaterThan(50);
    clean();
  });

  it("rolls one revision of one service when its code changes, while every service is asked", async () => {
    const before = all();
    const worked = pools().map(({ latestReadyRevision }) => latestReadyRevision);
    drill.project.edit("services/callcenter/config/urls.py", /^/, "# Changed.\n");
    const { asked, failed } = await drill.underLoad(() => drill.mustUp(), { names: WEBS, clients: 1 });
    expect(failed).to.deep.equal([]);
    process.stdout.write(`      ${asked} requests while callcenter was rolled, 0 failed\n`);
    const changed = WEBS.filter((name) => drill.serving(name) !== before[name]);
    expect(changed).to.deep.equal(["callcenter/web"]);
    expect(pools().map(({ latestReadyRevision }) => latestReadyRevision)).to.deep.equal(worked);
    clean();
  });

  it(`scales a service to its ${MOST} instances with its requests, and back to none without`, async () => {
    let most = 0;
    const { asked, failed } = await drill.underLoad(
      async () => {
        for (const end = Date.now() + 60_000; most < MOST && Date.now() < end; await sleep(500))
          most = Math.max(most, await instancesOf("meet/web"));
        await sleep(5000);
      },
      { names: ["meet/web"], clients: 60 },
    );
    expect(most).to.equal(MOST);
    expect(failed).to.deep.equal([]);
    process.stdout.write(`      ${asked} requests while meet went from 0 or 1 to ${MOST} instances, 0 failed\n`);
    await eventually(
      () => instancesOf("meet/web"),
      (count) => count === 0,
      90,
    );
    const after = await drill.underLoad(() => sleep(3000), { names: ["meet/web"], clients: 1 });
    expect(after.failed).to.deep.equal([]);
    clean();
  });

  it("takes each secret that rotates anew without a failed request", async () => {
    const secrets = ["callcenter-django-secret-key", "leads-postgres-password", "marketplace-postgres-password"];
    const others = ["meet-postgres-password", "meet-django-secret-key", "booking-usuarios-database-password"];
    for (const secret of [...secrets, ...others])
      await drill.pulumi("config", "set", "--path", `fleet:rotations["${secret}"]`, "1");
    const { asked, failed } = await drill.underLoad(() => drill.mustUp(), { names: WEBS, clients: 1 });
    expect(failed).to.deep.equal([]);
    process.stdout.write(
      `      ${asked} requests while ${secrets.length + others.length} secrets were rotated, 0 failed\n`,
    );
    clean();
  });

  it("ends in Google's words where something of any system fails, and what served goes on", async () => {
    const { faults } = drill.cloud.rehearsal.cloud;
    const before = all();
    faults.add({ kind: "never-ready", at: "*leads-web*", times: 1 });
    drill.project.edit("services/leads/config/urls.py", /^/, "# Changed.\n");
    const never = await drill.up();
    expect(never.code).to.not.equal(0);
    expect(never.output).to.match(/whole-leads-web-\S+' is not ready and cannot serve traffic/);
    expect(drill.serving("leads/web")).to.equal(before["leads/web"]);
    drill.project.restore();
    faults.add({ kind: "failing-job", at: "*marketplace-migrate*", times: 4 });
    drill.project.edit("services/marketplace/config/urls.py", /^/, "# Changed.\n");
    const failing = await drill.up();
    expect(failing.code).to.not.equal(0);
    expect(failing.output).to.match(/marketplace\/migrate failed/);
    expect(drill.serving("marketplace/web")).to.equal(before["marketplace/web"]);
    faults.clear();
    drill.project.restore();
    await drill.mustUp();
  });

  it("comes back by itself after its database was killed", async () => {
    const [server] = await docker.listContainers({ filters: { name: [`rehearsal-test-${PORT}-sql-`] } });
    await docker.getContainer(server!.Id).kill();
    await docker.getContainer(server!.Id).start();
    await eventually(
      () => drill.underLoad(() => sleep(2000), { names: WEBS, clients: 1 }),
      ({ failed }) => failed.length === 0,
      60,
    );
  });

  it("leaves nothing when it is destroyed with its protections lifted", async () => {
    await drill.liftProtections();
    const { code, output } = await drill.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive");
    expect(code, output).to.equal(0);
    const { store } = drill.cloud.rehearsal.cloud;
    for (const kind of ["run.services", POOLS, "run.jobs", "sql.instances", "redis.instances", REVISIONS])
      expect(store.list<Revision>(kind), kind).to.deep.equal([]);
    const left = await docker.listContainers({ all: true, filters: { name: [`rehearsal-test-${PORT}-`] } });
    expect(left.map(({ Names }) => Names[0]!.replace(/^.*-/, "")).sort()).to.deep.equal(["aws", "registry"]);
  });
});
