import Docker from "dockerode";
import fc from "fast-check";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { accessToken } from "../../../rehearsal/access-token";
import { apis, loadApis } from "../../../rehearsal/apis";
import { openRehearsal, type Rehearsal } from "../../../rehearsal/rehearsal";
import { Store } from "../../../rehearsal/store";
import { PROJECT } from "../cloud";
import { requests, type Asked } from "./requests";

/** Where no engine is: what needs one fails in an operation, never in a request. */
const NO_ENGINE = "no-engine.sock";

export type Found = { asked: number; byStatus: Record<string, number>; methods: number; faults: string[] };

type Fuzzing = { port: number; seed: number; count: number };

const loaded = loadApis();
const all = requests(loaded);

/**
 * Asks a fresh rehearsed cloud, without a container engine, this many requests, and tells the faults: an answer of 500, an
 * answer that is no JSON, a state that another process could not read, a list that no longer answers.
 */
export const fuzz = async ({ port, seed, count }: Fuzzing): Promise<Found> => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-fuzz-"));
  const rehearsal = await opened(folder, port);
  const ask = asking({ port, token: accessToken(folder) });
  const loud = quiet();
  const found: Found = { asked: 0, byStatus: {}, methods: 0, faults: [] };
  try {
    for (const asked of [...MADE, ...fc.sample(fc.noBias(all), { seed, numRuns: count })]) {
      const { status, text } = await ask(asked);
      found.asked++;
      found.byStatus[status] = (found.byStatus[status] ?? 0) + 1;
      const fault = faultOf({ status, text, rehearsal });
      if (fault) found.faults.push(`${told(asked)}: ${fault}`);
    }
    // A request may have switched an API off.
    enableAll(rehearsal);
    for (const asked of LISTS) {
      const { status, text } = await ask(asked);
      if (status !== 200) found.faults.push(`${told(asked)} after all: ${status} ${text.slice(0, 300)}`);
    }
    found.methods = new Set(rehearsal.report.entries().map(({ method }) => method)).size;
    return found;
  } finally {
    await rehearsal.close().catch(onlyForWantOfEngine);
    loud();
    rmSync(folder, { recursive: true, force: true });
  }
};

const opened = async (folder: string, port: number): Promise<Rehearsal> => {
  const docker = new Docker({ socketPath: path.join(folder, NO_ENGINE) });
  const prefix = `rehearsal-fuzz-${port}`;
  const realise = {
    ...{ docker, prefix, labels: { "dev.fleet.rehearsal": prefix }, imagePrefix: "", idleSeconds: 60 },
    ...{ token: accessToken(folder), ports: [port + 1, port + 50] as const },
  };
  const rehearsal = await openRehearsal({ folder, projectId: PROJECT, port, realise });
  enableAll(rehearsal);
  return rehearsal;
};

const enableAll = ({ cloud }: Rehearsal): void => {
  for (const { service } of apis) cloud.store.put("serviceusage.enabled", service, { enabled: true });
};

const onlyForWantOfEngine = (error: Error): void => {
  if (!error.message.includes(NO_ENGINE)) throw error;
};

/** Keeps the server's log, a line for each wrong request, away from the test's output. Undone by what it returns. */
const quiet = (): (() => void) => {
  const write = process.stderr.write.bind(process.stderr);
  process.stderr.write = () => true;
  return () => void (process.stderr.write = write);
};

type Answered = { status: number; text: string };

/** Node's own client sends an address as it is. */
const asking =
  ({ port, token }: { port: number; token: string }) =>
  ({ verb, path: target, headers, body }: Asked): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const sent = request({
        ...{ host: "127.0.0.1", port, method: verb, path: target },
        headers: { ...headers, authorization: `Bearer ${token}`, connection: "close" },
      });
      sent.on("error", reject).on("response", (answer) => {
        const pieces: Buffer[] = [];
        answer.on("data", (piece: Buffer) => pieces.push(piece));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString("latin1") }),
        );
      });
      sent.end(body);
    });

const faultOf = ({ status, text, rehearsal }: Answered & { rehearsal: Rehearsal }): string | undefined => {
  if (status >= 500 && status !== 501 && !text.includes(NO_ENGINE)) return `${status} ${text.slice(0, 300)}`;
  // Node itself refuses an address that is too long.
  if (!text.startsWith("{") && !text.startsWith("\x1f\x8b") && status !== 431)
    return `${status} is no JSON: ${text.slice(0, 100)}`;
  const { file } = rehearsal.cloud.store;
  return file === undefined ? undefined : unreadable(file, rehearsal.cloud.store);
};

/** What another process finds in the state file has to be what this one holds. */
const unreadable = (file: string, live: Store): string | undefined => {
  try {
    const fresh = new Store(file);
    for (const kind of Object.keys(JSON.parse(readFileSync(file, "utf8")) as object))
      if (fresh.list(kind).length !== live.list(kind).length) return `the state file differs in ${kind}`;
    return undefined;
  } catch (error) {
    return `the state file cannot be read: ${(error as Error).message}`;
  }
};

const told = ({ verb, path: target, headers, body = "" }: Asked): string =>
  `${verb} ${target.slice(0, 300)} ${JSON.stringify(headers)} ${body.slice(0, 400)}`;

const asked = (verb: string, target: string, body?: object): Asked => ({
  ...{ verb, path: `/${target}`, headers: { "content-type": "application/json" } },
  ...(body && { body: JSON.stringify(body) }),
});

const LOCATION = `projects/${PROJECT}/locations/europe-west1`;
const CONTAINERS = { containers: [{ image: "fuzz" }] };

/** Made before all else, so that something is there. */
const MADE: readonly Asked[] = [
  asked("POST", `secretmanager/v1/projects/${PROJECT}/secrets?secretId=fuzz`, { replication: { automatic: {} } }),
  asked("POST", `secretmanager/v1/projects/${PROJECT}/secrets/fuzz:addVersion`, { payload: { data: "YQ==" } }),
  asked("POST", `iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: "fuzz-account" }),
  asked("POST", `artifactregistry/v1/${LOCATION}/repositories?repositoryId=fuzz`, { format: "PYTHON" }),
  asked("POST", `run/v2/${LOCATION}/services?serviceId=fuzz`, { template: CONTAINERS }),
  asked("POST", `run/v2/${LOCATION}/jobs?jobId=fuzz`, { template: { template: CONTAINERS } }),
  asked("POST", `redis/v1/${LOCATION}/instances?instanceId=fuzz`, { tier: "BASIC", memorySizeGb: 1 }),
  asked("POST", `cloudscheduler/v1/${LOCATION}/jobs`, {
    ...{ name: `${LOCATION}/jobs/fuzz`, schedule: "0 0 1 1 *" },
    httpTarget: { uri: `https://serviceusage.googleapis.com/v1/projects/${PROJECT}/services`, httpMethod: "GET" },
  }),
  asked("POST", `sqladmin/sql/v1beta4/projects/${PROJECT}/instances`, {
    ...{ name: "fuzz", databaseVersion: "POSTGRES_15", region: "europe-west1" },
    settings: { tier: "db-f1-micro", edition: "ENTERPRISE" },
  }),
];

/** Every list of resources, which one bad resource would break. */
const LISTS: readonly Asked[] = [
  ...["secretmanager/v1/{}/secrets", "iam/v1/{}/serviceAccounts", "serviceusage/v1/{}/services"],
  ...["sqladmin/sql/v1beta4/{}/instances", "monitoring/v3/{}/alertPolicies", "monitoring/v3/{}/notificationChannels"],
  ...["run/v2/{}/locations/europe-west1/services", "run/v2/{}/locations/europe-west1/jobs"],
  ...["run/v2/{}/locations/europe-west1/workerPools", "artifactregistry/v1/{}/locations/europe-west1/repositories"],
  ...["redis/v1/{}/locations/europe-west1/instances", "cloudscheduler/v1/{}/locations/europe-west1/jobs"],
].map((each) => asked("GET", each.replace("{}", `projects/${PROJECT}`)));
