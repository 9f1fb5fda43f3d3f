import { expect } from "chai";
import Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import { POOLS, REVISIONS, SERVICES, type Revision, type WorkerPool } from "../../rehearsal/apis/run/shapes";
import type { Resource } from "../../rehearsal/store";
import { clientOf, type Answer } from "../../demo/client";
import { isUsed } from "../../ops/rotation/versions";
import { readPublished } from "../../ops/stack/published";
import { eventually } from "../e2e/project";
import { Drill } from "./drill";

const PORT = 32560;
const ACCESS_KEY = "FLEETOFATESTALONE000";
const WEBS = ["booking/usuarios", "booking/reservas", "callcenter/web", "leads/web", "marketplace/web", "meet/web"];
const MOST = 5;
const MESSAGES = 1000;
const PUBLISHERS = 4;
/** Four clients publish a thousand within the two or three minutes of a roll. */
const PAUSE_MS = 400;
const PROMO_SECONDS = 60;

/** What is said where a role was taken away. */
const WITHOUT: Record<string, RegExp> = {
  "roles/secretmanager.secretAccessor": /Permission denied on secret: .+ for Revision service account .+secretAccessor/,
  "roles/cloudsql.client": /exited with an error/,
};

type Counted = { promos: number; once: number; terminada: number; waiting: number; dead: number };

const COUNTED = `
import json
from django.db.models import Count
from promos.messaging.depths import queue_depths
from promos.models import FlashPromo, OutboxEvent
promos = FlashPromo.objects.filter(product__sku="SKU").annotate(times=Count("applied_events", distinct=True))
depths = queue_depths()
print(json.dumps({
    "promos": promos.count(),
    "once": promos.filter(times=1, applied_events__offers=1).count(),
    "terminada": promos.filter(estado="terminada").count(),
    "waiting": depths["queue_waiting"] + depths["queue_being_handled"]
        + OutboxEvent.objects.filter(published_at=None).count(),
    "dead": depths["queue_dead"],
}))
`;

const figure = (text: string): void => void process.stdout.write(`      ${text}\n`);

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
  /** The number of versions of each secret. */
  const newest = (): Record<string, number> => {
    const { store } = drill.cloud.rehearsal.cloud;
    const secrets = store.list<Resource>("secretmanager.secrets").map(({ name }) => String(name));
    const count = (name: string): number => store.list("secretmanager.versions", `${name}/`).length;
    return Object.fromEntries(secrets.map((name) => [name.replace(/^.*\//, ""), count(name)]));
  };
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
    // Each answered once at least; how often is the machine's.
    expect(asked).to.be.at.least(WEBS.length);
    clean();
  });

  it("rolls one revision of one service when its code changes, while every service is asked", async () => {
    const before = all();
    const worked = pools().map(({ latestReadyRevision }) => latestReadyRevision);
    drill.project.edit("services/callcenter/config/urls.py", /^/, "# Changed.\n");
    const { asked, failed } = await drill.underLoad(() => drill.mustUp(), { names: WEBS, clients: 1 });
    expect(failed).to.deep.equal([]);
    figure(`${asked} requests while callcenter was rolled, 0 failed`);
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
    figure(`${asked} requests while meet went from 0 or 1 to ${MOST} instances, 0 failed`);
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
    const state = await drill.state();
    const { plan } = readPublished({ stack: drill.stack, state });
    const rotated = plan.secrets.filter((secret) => isUsed(state.resources, secret));
    for (const secret of rotated) await drill.pulumi("config", "set", "--path", `fleet:rotations["${secret}"]`, "1");
    // Its owner changes it, and LocalStack asks nobody for it.
    const given = "marketplace-aws-secret-access-key";
    await drill.pulumi("config", "set", "--path", `fleet:secrets["${given}"]`, "made-up-again");
    const before = newest();
    const { asked, failed } = await drill.underLoad(() => drill.mustUp(), { names: WEBS, clients: 1 });
    expect(failed).to.deep.equal([]);
    const after = newest();
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    // Google makes the strings of Redis, and the passwords of the administrators are used by the program alone.
    expect(
      Object.keys(after).filter((name) => !changed.includes(name) && !/redis-url|admin-password/.test(name)),
    ).to.deep.equal(["marketplace-aws-access-key-id"].map((name) => `${drill.stack}-${name}`));
    expect(changed).to.have.length.of.at.least(rotated.length + 1);
    figure(`${asked} requests while ${changed.length} secrets of Secret Manager got another version, 0 failed`);
    clean();
  });

  it(`applies and ends each of ${MESSAGES} promos once while web, worker, beat and consumer are rolled`, async () => {
    const api = clientOf({ url: drill.url("marketplace/web"), identity: await drill.token("marketplace/web") });
    const sku = `ROLL-${Date.now()}`;
    const created = ({ status, body, asked }: Answer): { id: number } => {
      expect(status, `${asked}: ${JSON.stringify(body)}`).to.equal(201);
      return body as { id: number };
    };
    created(await api.post("products/", { sku, nombre: sku, precio: "8.00" }));
    const store = created(await api.post("stores/", { nombre: sku, direccion: "Calle 1", lat: 40.4, lon: -3.7 }));
    const before = Object.fromEntries(pools().map(({ name, latestReadyRevision }) => [name, latestReadyRevision]));
    const ids: number[] = [];
    let left = MESSAGES;
    const client = async (): Promise<void> => {
      while (left-- > 0) {
        const ends_at = new Date(Date.now() + PROMO_SECONDS * 1000).toISOString();
        const promo = { product: sku, stores: [store.id], discount_percent: 25, ends_at };
        ids.push(created(await api.post("promos/", promo)).id);
        await sleep(PAUSE_MS);
      }
    };
    drill.project.edit("services/marketplace/promos/apps.py", /^/, "# Changed.\n");
    await Promise.all([drill.mustUp(), ...Array.from({ length: PUBLISHERS }, client)]);
    const rolled = pools().flatMap(({ name, latestReadyRevision }) =>
      latestReadyRevision === before[name] ? [] : name.replace(/^.*-/, ""),
    );
    expect(rolled.sort()).to.deep.equal(["beat", "consumer", "worker"]);
    const counted = await eventually(
      () => drill.python("marketplace/web", COUNTED.replace("SKU", sku)) as Promise<Counted>,
      ({ terminada, waiting }) => terminada === MESSAGES && waiting === 0,
      PROMO_SECONDS + 120,
    );
    expect(ids).to.have.length(MESSAGES);
    expect(counted).to.deep.equal({ promos: MESSAGES, once: MESSAGES, terminada: MESSAGES, waiting: 0, dead: 0 });
    figure(`${MESSAGES} promos published, applied and ended once each while ${rolled.join(", ")} were rolled`);
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

  it("gets through Google's slowness, 429 and 503 on what holds every other system", async () => {
    const { faults } = drill.cloud.rehearsal.cloud;
    for (const [at, status] of [
      ["run.projects.locations.workerPools.patch", 503],
      ["run.projects.locations.workerPools.patch", 429],
      ["run.projects.locations.workerPools.get", 503],
      ["run.projects.locations.services.patch", 429],
      ["run.projects.locations.jobs.patch", 503],
      ["secretmanager.projects.secrets.addVersion", 503],
      ["secretmanager.projects.secrets.addVersion", 429],
      ["redis.projects.locations.instances.get", 503],
      ["sql.instances.get", 503],
    ] as const)
      faults.add({ kind: "error", at, times: 1, status, retryAfter: 1 });
    faults.add({ kind: "slow", at: "run.deployPool", times: 2, ms: 20_000 });
    faults.add({ kind: "slow", at: "run.deploy", times: 2, ms: 20_000 });
    for (const service of ["marketplace", "meet", "leads"])
      drill.project.edit(`services/${service}/config/urls.py`, /^/, "# Changed.\n");
    await drill.pulumi("config", "set", "--path", 'fleet:rotations["leads-django-secret-key"]', "2");
    await drill.mustUp("--refresh");
    expect(faults.pending()).to.deep.equal([]);
    clean();
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

  it("says which permission is missing when a grant is taken away, on whatever runs of any system", async () => {
    const { grants } = drill.cloud.rehearsal.cloud;
    const told: Record<string, string> = {};
    for (const { name, account, again } of running())
      for (const role of Object.keys(WITHOUT)) {
        const grant = grants.all().find((grant) => grant.role === role && grant.member === `serviceAccount:${account}`);
        // A database that the program reaches by its socket alone fails its migration; a secret, whatever runs.
        if (!grant || (role === "roles/cloudsql.client" && !name.endsWith("-migrate"))) continue;
        const { etag: _, ...policy } = grants.policyOf(grant.resource);
        const bindings = policy.bindings?.map((binding) => {
          const members = binding.members?.filter((member) => member !== grant.member) ?? [];
          return binding.role === role ? { ...binding, members } : binding;
        });
        grants.setPolicy(grant.resource, { ...policy, bindings: bindings ?? [] });
        const operation = await drill.cloud.done("run/v2", await drill.cloud.must(...again()));
        told[`${name} without ${role}`] = (operation.error as { message: string } | undefined)?.message ?? "";
        grants.setPolicy(grant.resource, policy);
      }
    for (const [what, message] of Object.entries(told))
      expect(message, what).to.match(WITHOUT[what.replace(/^.* /, "")]!);
    const parts = running().map(({ name }) => name);
    expect(parts.filter((name) => !Object.keys(told).some((what) => what.startsWith(`${name} `)))).to.deep.equal([]);
    figure(`${Object.keys(told).length} grants of ${parts.length} services, pools and jobs taken away, each told`);
  });

  type Runs = { name: string; account: string; again: () => [what: string, body: object] };

  /** What runs in Cloud Run, and how each is started anew. */
  const running = (): Runs[] => {
    const { store } = drill.cloud.rehearsal.cloud;
    const anew = (of: { name: string; template: any }): Runs => ({
      name: of.name.replace(/^.*\//, ""),
      account: of.template.serviceAccount as string,
      again: () => {
        const labels = { ...of.template.labels, try: `t${Date.now()}` };
        return [`PATCH run/v2/${of.name}?updateMask=template`, { template: { ...of.template, labels } }];
      },
    });
    const jobs = store.list<any>("run.jobs").map(({ name, template }): Runs => ({
      name: name.replace(/^.*\//, ""),
      account: template.template.serviceAccount,
      again: () => [`POST run/v2/${name}:run`, {}],
    }));
    return [...store.list<any>(SERVICES).map(anew), ...store.list<any>(POOLS).map(anew), ...jobs];
  };

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
