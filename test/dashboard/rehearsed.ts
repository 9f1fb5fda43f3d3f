import { createServer, type Server } from "node:http";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import type { CloudPlace } from "../../dashboard/cloud/place";
import type { Running } from "../../dashboard/graph";
import { publish } from "../../infra/plan/publish";
import { LOOKS } from "../../rehearsal/looks";
import { REHEARSAL_LABEL } from "../../rehearsal/settings";
import { wantedPlan } from "../../stacks/wanted";
import { PROJECT, TestCloud } from "../rehearsal/cloud";

/** Revisions of one service that only rest; Cloud Run keeps the newest 1000. */
export const RESTING = 300;
const REGION = "europe-west1";
const LOCATION = `projects/${PROJECT}/locations/${REGION}`;
/** None of them may reach a page. */
export const VALUES = ["a-value-of-a-variable", "YS1zZWNyZXQ=", "redis-auth-string"];
export const FAILED =
  "Task mine-marketplace-migrate-bbbbb-task0 failed with message: The container exited with an error.";
const CAUSE = "The user-provided container failed the configured startup probe checks.";
const UNREADY = `Revision 'mine-booking-reservas-00003-ccc' is not ready and cannot serve traffic. ${CAUSE}`;

/**
 * A stack on a rehearsed cloud whose store is filled by hand, and an engine that lists what that cloud would have made. In
 * front of the cloud stands a server that answers for the APIs in `answers` itself.
 */
export class RehearsedStack {
  readonly cloud: TestCloud;
  readonly docker: Docker;
  /** Answers by the end of a path: a body, or a status. */
  readonly answers = new Map<string, object | number>();
  readonly #folder = mkdtempSync(path.join(tmpdir(), "fleet-cloud-page-"));
  readonly #front: Server;
  readonly #engine = createServer(({ url = "" }, response) => {
    const [body, status = 200] = engineAnswer(url);
    response.writeHead(status, { "content-type": "application/json" });
    if (url.includes("/events")) return response.flushHeaders();
    return response.end(body);
  });

  constructor(port: number) {
    this.cloud = new TestCloud(port);
    this.docker = new Docker({ socketPath: path.join(this.#folder, "docker.sock") });
    this.#front = createServer(({ url = "", headers }, response) => {
      const own = [...this.answers].find(([end]) => url.split("?")[0]?.endsWith(end))?.[1];
      const sent = (status: number, text: string): void => void response.writeHead(status).end(text);
      if (typeof own === "number") return sent(own, JSON.stringify({ error: { message: "It is away for a test." } }));
      if (own) return sent(200, JSON.stringify(own));
      const { authorization = "" } = headers;
      const asked = fetch(`${this.cloud.rehearsal.cloud.url}${url}`, { headers: { authorization, ...LOOKS } });
      return void asked.then(async (answer) => sent(answer.status, await answer.text()));
    });
  }

  async open(): Promise<void> {
    await this.cloud.open();
    this.cloud.enable("run", "sqladmin", "secretmanager");
    this.#fill();
    this.answers.set("/workerPools", { workerPools: [POOL] });
    this.answers.set("/workerPools/mine-marketplace-worker/revisions", { revisions: [POOL_REVISION] });
    this.answers.set(`${LOCATION}/instances`, { instances: [REDIS] });
    await new Promise<void>((resolve) => this.#front.listen(0, "127.0.0.1", resolve));
    await new Promise<void>((resolve) => this.#engine.listen(path.join(this.#folder, "docker.sock"), resolve));
    mkdirSync(this.place.logs);
    writeFileSync(path.join(this.place.logs, "mine-marketplace-migrate-bbbbb.log"), "no such table: offers\n");
  }

  async close(): Promise<void> {
    for (const server of [this.#front, this.#engine]) {
      server.close();
      server.closeAllConnections();
    }
    await this.cloud.close();
    for (const folder of [this.#folder, this.cloud.folder]) rmSync(folder, { recursive: true, force: true });
  }

  get place(): CloudPlace {
    return {
      project: PROJECT,
      region: REGION,
      url: `http://127.0.0.1:${(this.#front.address() as AddressInfo).port}`,
      headers: { ...this.cloud.headers, ...LOOKS },
      prefix: "fleet-mine",
      logs: path.join(this.#folder, "logs"),
      change: path.join(this.#folder, "change-now.json"),
    };
  }

  running(): Running {
    const config = { "fleet:target": "gcp", "fleet:systems": '["booking","marketplace"]' };
    const plan = publish(wantedPlan({ stack: "mine", config, madeUp: true }));
    const services = plan.services.map(({ system, name, kind, container }) => ({
      ...{ system, service: name, kind, container },
      ...(kind === "web" ? { url: `http://${container}.run.localhost:9020` } : {}),
    }));
    return { plan, services };
  }

  #fill(): void {
    const { store } = this.cloud.rehearsal.cloud;
    for (const [kind, name, value] of [...services(), ...jobs(), ...data()]) store.put(kind, name, { name, ...value });
    const binding = { role: "roles/run.invoker", members: ["allUsers"] };
    const open = `//run.googleapis.com/${LOCATION}/services/mine-marketplace-web`;
    this.cloud.rehearsal.cloud.grants.setPolicy(open, { bindings: [binding] });
  }
}

type Stored = [kind: string, name: string, value: Record<string, unknown>];

const condition = (type: string, isWell: boolean, message?: string): object => ({
  type,
  state: isWell ? "CONDITION_SUCCEEDED" : "CONDITION_FAILED",
  lastTransitionTime: at(0),
  ...(message && { message }),
});
const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 28, 20, minutes)).toISOString();

/** Two services: one halfway through a canary whose newest revision is not ready, one on one revision. */
const services = (): Stored[] => {
  const service = (id: string, isWell: boolean, traffic: object[], ready: string): Stored => [
    "run.services",
    `${LOCATION}/services/${id}`,
    {
      createTime: at(0),
      uri: `http://${id}.run.localhost:9020`,
      terminalCondition: condition("Ready", isWell, isWell ? undefined : UNREADY),
      trafficStatuses: traffic,
      latestReadyRevision: `${LOCATION}/services/${id}/revisions/${ready}`,
    },
  ];
  const revision = (of: string, suffix: string, minutes: number, message?: string): Stored => [
    "run.revisions",
    `${LOCATION}/services/${of}/revisions/${of}-${suffix}`,
    {
      createTime: at(minutes),
      conditions: [condition("Ready", message === undefined, message)],
      containers: [{ image: `localhost:9010/p/apps/${of}:1`, env: [{ name: "WORD", value: VALUES[0] }] }],
    },
  ];
  const [reservas, web, usuarios] = ["mine-booking-reservas", "mine-marketplace-web", "mine-booking-usuarios"];
  return [
    service(
      reservas,
      false,
      [
        { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: `${reservas}-00001-aaa`, percent: 90 },
        {
          type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION",
          revision: `${reservas}-00002-bbb`,
          percent: 10,
          tag: "canary",
        },
      ],
      `${reservas}-00002-bbb`,
    ),
    ...[
      revision(reservas, "00001-aaa", 1),
      revision(reservas, "00002-bbb", 2),
      revision(reservas, "00003-ccc", 3, CAUSE),
    ],
    // The newest, whose name a status may leave out.
    service(web, true, [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }], `${web}-00001-ddd`),
    revision(web, "00001-ddd", 4),
    service(usuarios, true, [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }], `${usuarios}-00001-eee`),
    revision(usuarios, "00001-eee", 5),
    ...Array.from({ length: RESTING }, (_none, index) => revision(usuarios, `0${1000 + index}-old`, -index)),
  ];
};

const jobs = (): Stored[] => {
  const job = (id: string): Stored => [
    "run.jobs",
    `${LOCATION}/jobs/${id}`,
    { createTime: at(0), terminalCondition: condition("Ready", true) },
  ];
  const execution = (of: string, suffix: string, minutes: number, failure?: string): Stored => [
    "run.executions",
    `${LOCATION}/jobs/${of}/executions/${of}-${suffix}`,
    {
      ...{ createTime: at(minutes), startTime: at(minutes), completionTime: at(minutes + 1), taskCount: 1 },
      conditions: [condition("Completed", failure === undefined, failure)],
      ...(failure ? { failedCount: 1, retriedCount: 1 } : { succeededCount: 1 }),
    },
  ];
  const migrates = ["mine-booking-usuarios-migrate", "mine-booking-reservas-migrate"];
  const [failing, messaging] = ["mine-marketplace-migrate", "mine-marketplace-ensure-messaging"];
  return [
    ...migrates.flatMap((id) => [job(id), execution(id, "zzzzz", 1)]),
    ...[job(failing), execution(failing, "aaaaa", 1), execution(failing, "bbbbb", 5, FAILED)],
    job(messaging),
  ];
};

const data = (): Stored[] => [
  [
    "sql.instances",
    "mine-postgres",
    {
      state: "RUNNABLE",
      databaseVersion: "POSTGRES_15",
      region: REGION,
      settings: { tier: "db-custom-1-3840", settingsVersion: "1", deletionProtectionEnabled: true },
    },
  ],
  ["sql.databases", "mine-postgres/reservas_db", { name: "reservas_db", instance: "mine-postgres" }],
  ["sql.users", "mine-postgres/reservas_user", { name: "reservas_user", instance: "mine-postgres" }],
  ["secretmanager.secrets", `projects/${PROJECT}/secrets/mine-key`, { nextVersion: 3 }],
  ["secretmanager.versions", `projects/${PROJECT}/secrets/mine-key/versions/1`, { state: "DESTROYED" }],
  ["secretmanager.versions", `projects/${PROJECT}/secrets/mine-key/versions/2`, { state: "ENABLED", data: VALUES[1] }],
];

/** Google's documented shapes of what the rehearsed cloud may not answer for yet. */
const POOL = {
  name: `${LOCATION}/workerPools/mine-marketplace-worker`,
  scaling: { manualInstanceCount: 2 },
  terminalCondition: condition("Ready", true),
  latestReadyRevision: `${LOCATION}/workerPools/mine-marketplace-worker/revisions/mine-marketplace-worker-00001-www`,
  instanceSplitStatuses: [{ type: "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST", percent: 100 }],
};
const POOL_REVISION = { name: POOL.latestReadyRevision, createTime: at(2), conditions: [condition("Ready", true)] };
const REDIS = {
  name: `${LOCATION}/instances/mine-marketplace-redis-tls`,
  ...{ displayName: "Redis of mine", tier: "BASIC", memorySizeGb: 1, redisVersion: "REDIS_7_2", state: "READY" },
  ...{ host: "10.0.0.3", port: 6378, transitEncryptionMode: "SERVER_AUTHENTICATION", authEnabled: true },
  authString: VALUES[2],
};

const INSTANCES = [
  "run-mine-booking-reservas-00001-aaa",
  "run-mine-booking-reservas-00002-bbb",
  "run-mine-marketplace-web-00001-ddd",
  "run-mine-booking-usuarios-00001-eee",
  "run-mine-marketplace-worker-00001-www",
  "run-mine-marketplace-worker-00001-www.1",
  "sql-mine-postgres",
  "aws",
].map((rest) => `fleet-mine-${rest}`);

/** The engine's answers: a list, an inspection, figures, lines. */
const engineAnswer = (url: string): [body: string | Buffer, status?: number] => {
  if (url.includes("/containers/json")) return [JSON.stringify(INSTANCES.map(listed))];
  const [, id = "", what] = /\/containers\/([^/?]+)\/(json|stats|logs)/.exec(url) ?? [];
  if (!INSTANCES.includes(id)) return ["{}", 404];
  if (what === "logs") return [frame(`2026-11-28T20:00:00.000000000Z ${id} printed this\n`)];
  if (what === "stats")
    return [
      JSON.stringify({
        read: new Date().toISOString(),
        cpu_stats: { cpu_usage: { total_usage: Date.now() * 1000 } },
        memory_stats: { usage: 80 * 2 ** 20, stats: {} },
      }),
    ];
  return [
    JSON.stringify({
      ...{ Id: id, Name: `/${id}`, Image: "sha256:1", RestartCount: 0 },
      Config: { Env: [`WORD=${VALUES[0]}`] },
      HostConfig: { NanoCpus: 1e9, Memory: 512 * 2 ** 20 },
      State: { Running: true, StartedAt: at(6), FinishedAt: "0001-01-01T00:00:00Z", ExitCode: 0 },
    }),
  ];
};

const listed = (name: string, index: number): object => ({
  ...{ Id: name, Names: [`/${name}`], Created: index, State: "running" },
  Labels: { [REHEARSAL_LABEL]: "fleet-mine" },
});

/** As the engine sends what was printed to standard output. */
const frame = (text: string): Buffer => {
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};
