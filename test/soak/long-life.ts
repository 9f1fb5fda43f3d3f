import fc from "fast-check";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { demultiplex } from "../../docker/demultiplex";
import { execCaptured } from "../../docker/exec";
import { until } from "../../docker/wait";
import type { SoakStack } from "./stack";

/** A container that is restarted under traffic. */
const TARGETS = [
  ...(["redis", "postgres", "localstack", "worker", "beat", "consumer"] as const).map(
    (part) => `marketplace_soak_${part}`,
  ),
  ...(["redis", "postgres", "worker"] as const).map((part) => `meet_soak_${part}`),
];

/** `stopped` is told to end, `killed` is not; it is away for so long, and starts again. */
export type Restart = { target: string; how: "stopped" | "killed"; awayMs: number; afterMs: number };

export const restarts: fc.Arbitrary<Restart> = fc.record({
  target: fc.constantFrom(...TARGETS),
  how: fc.constantFrom("stopped" as const, "killed" as const),
  awayMs: fc.integer({ min: 0, max: 12_000 }),
  afterMs: fc.integer({ min: 0, max: 5_000 }),
});

/** Seconds since 1970 at which a probe was sent and was taken by the worker. */
type Probe = { sent: number; taken: number };

/** Asks again and again whether the worker of a system takes tasks: with a task of its own, from the web's container. */
export class Probes {
  readonly #seen: Probe[] = [];

  constructor(readonly system: "marketplace" | "meet") {}

  async start({ machine: { docker } }: SoakStack): Promise<void> {
    const task = { marketplace: "promos.tasks.end_due_promos", meet: "meetings.tasks.sync_calendar" }[this.system];
    const exec = await docker.getContainer(`${this.system}_soak_web`).exec({
      Cmd: ["python", "-c", PROBE, task],
      ...{ AttachStdout: true, AttachStderr: true },
    });
    const stream = await exec.start({ hijack: true, stdin: false });
    const stdout = new PassThrough();
    createInterface({ input: stdout }).on("line", (line) => this.#seen.push(JSON.parse(line) as Probe));
    void demultiplex({ from: stream, stdout, stderr: process.stderr });
  }

  /** The milliseconds from a moment to the first probe that was taken after it; waits for it. */
  async takenAfter(moment: number, patienceMs: number): Promise<number | undefined> {
    const found = await until({
      ask: () => this.#seen.find(({ taken }) => taken * 1000 > moment),
      everyMs: 50,
      patienceMs: moment + patienceMs - Date.now(),
    });
    return found && Math.round(found.taken * 1000 - moment);
  }
}

/** Publishes promos through the API, from the web's own container; the ids that the API has confirmed. */
export const publish = async ({ stack, times }: { stack: SoakStack; times: number }): Promise<number[]> => {
  const answer = await python({ stack, script: PUBLISH, args: [String(times)] });
  return JSON.parse(answer) as number[];
};

/** Runs Python in marketplace's web container, and gives its last line. */
export const python = async (of: { stack: SoakStack; script: string; args?: string[] }): Promise<string> => {
  const { docker } = of.stack.machine;
  const command = ["python", "-c", of.script, ...(of.args ?? [])];
  const { code, stdout, output } = await execCaptured({ docker, container: "marketplace_soak_web", command });
  if (code !== 0) throw new Error(output);
  return stdout.trim().split("\n").at(-1) ?? "";
};

export const sql = async (stack: SoakStack, query: string): Promise<string[]> => {
  const { docker } = stack.machine;
  const command = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-d", "marketplace", "-tAc", query];
  const { code, output } = await execCaptured({ docker, container: "marketplace_soak_postgres", command });
  if (code !== 0) throw new Error(output);
  return output.trim().split("\n").filter(Boolean);
};

/** A probe is only counted where Redis was not started anew meanwhile: it may have lost it. */
const PROBE = `
import json, os, sys, time, uuid
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django
django.setup()
from django.conf import settings
from redis import Redis
from config.celery import app
redis = Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1)
life = lambda: redis.info("server")["run_id"]
while True:
    probe = str(uuid.uuid4())
    try:
        began = life()
        app.send_task(sys.argv[1], task_id=probe, retry=False, expires=60)
        sent = time.time()
        while any(probe.encode() in each for each in redis.lrange("celery", 0, -1)):
            if time.time() - sent > 5:
                raise TimeoutError
            time.sleep(0.05)
        taken = time.time()
        if life() == began:
            print(json.dumps({"sent": sent, "taken": taken}), flush=True)
    except Exception:
        pass
    time.sleep(0.3)
`;

const PUBLISH = `
import datetime, json, sys, threading, time, urllib.request
URL = "http://127.0.0.1:8000/api/v1/"
def post(path, body):
    asked = urllib.request.Request(URL + path, json.dumps(body).encode(), {"content-type": "application/json", "host": "localhost"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return json.load(answer)
def made(path, body):
    while True:
        try:
            return post(path, body)
        except OSError:
            time.sleep(0.2)
sku = "SOAK-%d" % time.time_ns()
made("products/", {"sku": sku, "nombre": sku, "precio": "8.00"})
store = made("stores/", {"nombre": sku, "direccion": "Calle 1", "lat": 40.4, "lon": -3.7})["id"]
left, ids, lock = int(sys.argv[1]), [], threading.Lock()
def client():
    global left
    while True:
        with lock:
            if left <= 0:
                return
            left -= 1
        ends = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=5)).isoformat()
        ids.append(made("promos/", {"product": sku, "stores": [store], "discount_percent": 25, "ends_at": ends})["id"])
        time.sleep(0.1)
clients = [threading.Thread(target=client) for _ in range(4)]
for each in clients: each.start()
for each in clients: each.join()
print(json.dumps(ids))
`;
