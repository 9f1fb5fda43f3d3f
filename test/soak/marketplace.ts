import Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import { clientOf, type Answer, type Client } from "../../demo/client";
import { Project } from "../e2e/project";

/** A throw-away stack of the marketplace alone, as production runs it, and what a soak asks of it. */
export class Marketplace {
  readonly docker = new Docker();
  // All host ports stay below 32768: from there on Linux gives them to outgoing connections.
  readonly project = new Project("soak", { portOffset: "24500", systems: "[marketplace]" });
  readonly api: Client = clientOf({ url: "http://localhost:32501" });

  async start(): Promise<void> {
    await this.project.init();
    await this.project.mustUp();
  }

  remove(): Promise<void> {
    return this.project.remove();
  }

  container(service: string): Docker.Container {
    return this.docker.getContainer(`marketplace_soak_${service}`);
  }

  /** A product that one store has, for promos of a test's own. */
  async product(sku: string): Promise<{ sku: string; store: number }> {
    created(await this.api.post("products/", { sku, nombre: sku, precio: "8.00" }));
    const store = created(
      await this.api.post("stores/", { nombre: sku, direccion: "Calle 1", lat: 40.4, lon: -3.7 }),
    ) as { id: number };
    return { sku, store: store.id };
  }

  async promo(of: { sku: string; store: number }, seconds: number): Promise<number> {
    const ends_at = new Date(Date.now() + seconds * 1000).toISOString();
    const body = { product: of.sku, stores: [of.store], discount_percent: 25, ends_at };
    return (created(await this.api.post("promos/", body)) as { id: number }).id;
  }

  /** Rows of the database, each as text with | between the columns. */
  async sql(query: string): Promise<string[]> {
    const psql = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-d", "marketplace", "-tAc", query];
    const { code, output } = await this.project.exec("marketplace_soak_postgres", ...psql);
    if (code !== 0) throw new Error(output);
    return output.trim().split("\n").filter(Boolean);
  }

  async count(query: string): Promise<number> {
    return Number((await this.sql(query))[0]);
  }

  /** Runs Python with the service's own settings, and reads the JSON of its last line. */
  async python(script: string): Promise<any> {
    const shell = ["python", "manage.py", "shell", "--verbosity", "0", "--command", script];
    const { code, output } = await this.project.exec("marketplace_soak_web", ...shell);
    if (code !== 0) throw new Error(output);
    return JSON.parse(output.trim().split("\n").at(-1) ?? "");
  }

  /** How many messages wait, are being handled, are dead. */
  async depths(): Promise<{ queue_waiting: number; queue_being_handled: number; queue_dead: number }> {
    return this.python(
      "import json; from promos.messaging.depths import queue_depths; print(json.dumps(queue_depths()))",
    );
  }

  /**
   * Rolls beat as a worker pool does: the next one is there before the one of now is told to end. The last one is the
   * stack's own container again. Resolves to the containers that led.
   */
  async rollBeat(times: number): Promise<string[]> {
    const own = this.container("beat");
    const { Config, HostConfig, NetworkSettings } = await own.inspect();
    const [network = ""] = Object.keys(NetworkSettings.Networks);
    const led: string[] = [];
    let leads = own;
    for (let roll = 1; roll <= times; roll++) {
      const isLast = roll === times;
      const name = `marketplace_soak_beat_${roll}`;
      const next = isLast
        ? own
        : await this.docker.createContainer({
            ...{ ...Config, HostConfig: { ...HostConfig, RestartPolicy: { Name: "no" } }, name },
            NetworkingConfig: { EndpointsConfig: { [network]: {} } },
          });
      const since = Math.floor(Date.now() / 1000);
      await next.start();
      await until(() => says(next, "this one rests", since), `${name} rests`, 120);
      // At another moment of a turn each time.
      await sleep((roll % 7) * 300);
      await leads.stop();
      await until(() => says(next, "This beat leads", since), `${name} leads`, 120);
      if (leads !== own) await leads.remove();
      led.push(isLast ? "beat" : name);
      leads = next;
    }
    await sleep(6000);
    return led;
  }

  /** The lines that a service's processes have logged, of all the lives of its container. */
  async log(service: string): Promise<Record<string, unknown>[]> {
    const raw = await this.container(service).logs({ stdout: true, stderr: true });
    return raw
      .toString()
      .split("\n")
      .flatMap((line) => (line.includes("{") ? parsed(line.slice(line.indexOf("{"))) : []));
  }

  /** When each container began and which processes it has: whatever starts anew changes this. */
  async lives(...services: string[]): Promise<Record<string, string>> {
    const entries = services.map(async (service) => {
      const [{ State, RestartCount }, top] = await Promise.all([
        this.container(service).inspect(),
        // The health check's own process comes and goes.
        this.container(service).top({ ps_args: "-eo pid,args" }),
      ]);
      const rows = (top as { Processes: string[][] }).Processes;
      const pids = rows.filter(([, args = ""]) => !/healthcheck|heartbeat/.test(args)).map(([pid]) => pid);
      return [service, `${State.StartedAt}, ${RestartCount} restarts, processes ${pids.sort().join(" ")}`] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }
}

const says = async (container: Docker.Container, text: string, since: number): Promise<boolean> =>
  (await container.logs({ stdout: true, stderr: true, since })).toString().includes(text);

/** Prints a figure below the test that it belongs to. */
export const figure = (text: string): void => void process.stdout.write(`      ${text}\n`);

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Waits until it is so; the milliseconds that it took. */
export const until = async (check: () => Promise<boolean>, what: string, patienceS: number): Promise<number> => {
  const began = Date.now();
  while (!(await check())) {
    if (Date.now() - began > patienceS * 1000) throw new Error(`${patienceS} s were not enough for: ${what}`);
    await sleep(50);
  }
  return Date.now() - began;
};

const created = (answer: Answer): unknown => {
  if (answer.status === 201) return answer.body;
  throw new Error(`${answer.asked} -> ${answer.status} ${JSON.stringify(answer.body)}`);
};

const parsed = (line: string): Record<string, unknown>[] => {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
};
