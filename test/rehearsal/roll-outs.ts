import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isHeld, LATEST, type Target } from "../../infra/plan/roll-out";
import type { RollOutReport } from "../../ops/roll-out/report";
import { inFleet, readJson } from "../../ops/stack/files";
import { removeRehearsalLeftovers } from "../leftovers";

const STACK = "rolls";
/** Below those of clients (from 32768 on), of which a load takes thousands. */
const PORT = 24_100;
const PROJECT = "fleet-rolls";
const SERVICE = `projects/${PROJECT}/locations/europe-west1/services/rolls-leads-web`;
const WSGI = "services/leads/config/wsgi.py";

const LOOK_EVERY_MS = 500;
/** The next look comes soon. */
const ignored = (): void => undefined;

type Service = { uri: string; traffic: Target[]; trafficStatuses: (Target & { revision: string })[] };

/** A clone of this checkout with leads on a rehearsed cloud that stays, from which changes are rolled out. */
export class RollOuts {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "fleet-roll-outs-"));
  readonly #original = readFileSync(WSGI, "utf8");

  async open(): Promise<void> {
    await removeRehearsalLeftovers(PROJECT);
    spawnSync("git", ["clone", "--quiet", "--shared", path.resolve(), this.#folder]);
    symlinkSync(path.resolve("node_modules"), path.join(this.#folder, "node_modules"));
    mkdirSync(path.join(this.#folder, ".fleet", "pulumi"), { recursive: true });
    cpSync(inFleet("setup.json"), path.join(this.#folder, ".fleet", "setup.json"));
    for (const part of ["plugins", "versions"])
      symlinkSync(inFleet("pulumi", part), path.join(this.#folder, ".fleet", "pulumi", part));
    const { status, stdout, stderr } = this.#rehearse("--systems", "leads", "--keep");
    if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  }

  close(): void {
    this.#rehearse("--destroy");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #rehearse(...args: string[]) {
    const place = ["ops/fleet.cjs", "rehearse", "--stack", STACK, "--port", String(PORT)];
    return spawnSync(process.execPath, [...place, ...args], {
      cwd: this.#folder,
      encoding: "utf8",
      maxBuffer: 64 << 20,
    });
  }

  /** Writes Python below the WSGI application of leads: what it is wrapped in. */
  plant(python: string): void {
    writeFileSync(path.join(this.#folder, WSGI), `${this.#original}\n${python}\n`);
    spawnSync("git", ["add", "--all"], { cwd: this.#folder });
  }

  start(...args: string[]): ChildProcess {
    const command = ["ops/fleet.cjs", "deploy", STACK, "--yes", ...args];
    return spawn(process.execPath, command, { cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Rolls out to the end. */
  async deploy(...args: string[]): Promise<{ code: number; output: string; report: RollOutReport | undefined }> {
    const file = path.join(this.#folder, ".fleet", "roll-out", `${STACK}.json`);
    rmSync(file, { force: true });
    const child = this.start(...args);
    let output = "";
    for (const stream of [child.stdout!, child.stderr!])
      stream.on("data", (text: Buffer) => (output += text.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? -1, output, report: readJson<RollOutReport>(file) };
  }

  async ask<T>(address: string): Promise<T> {
    const header = readFileSync(path.join(this.#folder, ".fleet", "stacks", STACK, "cloud", "authorization"), "utf8");
    const [, authorization = ""] = /^authorization: (.+)$/im.exec(header) ?? [];
    const answer = await fetch(`http://127.0.0.1:${PORT}/${address}`, { headers: { authorization } });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return (await answer.json()) as T;
  }

  service(): Promise<Service> {
    return this.ask<Service>(`run/v2/${SERVICE}`);
  }

  /** The one revision that serves, and whether one of before is kept. */
  async serving(): Promise<{ revision: string; held: boolean }> {
    const { traffic, trafficStatuses } = await this.service();
    const [first, ...others] = trafficStatuses.filter(({ percent = 0 }) => percent > 0);
    if (first === undefined || others.length > 0) throw new Error(`it is split: ${JSON.stringify(trafficStatuses)}`);
    return { revision: first.revision, held: isHeld(traffic) };
  }

  /** The share of the traffic in percent that the newest revision gets. */
  async #share(): Promise<number> {
    const { traffic } = await this.service();
    return traffic.find(({ type }) => type === LATEST)?.percent ?? 0;
  }

  /** Clients that ask so often a second while something is done, and say which share of them the newest revision gets (x-share). Resolves to its result and to the requests by status. */
  async underLoad<T>(perSecond: number, work: () => Promise<T>): Promise<{ result: T; asked: number; failed: number }> {
    const { uri } = await this.service();
    const { token } = await this.ask<{ token: string }>(`_rehearsal/token?audience=${encodeURIComponent(uri)}`);
    const url = `http://127.0.0.1:${new URL(uri).port}/ready/`;
    const counts = { asked: 0, failed: 0 };
    const under: Promise<void>[] = [];
    let share = 0;
    const one = async (): Promise<void> => {
      counts.asked++;
      const status = await fetch(url, { headers: { authorization: `Bearer ${token}`, "x-share": `${share}` } }).then(
        async (answer) => (await answer.text(), answer.status),
        () => 0,
      );
      if (status === 0 || status >= 500) counts.failed++;
    };
    const timer = setInterval(() => under.push(one()), 1000 / perSecond);
    const look = (): Promise<unknown> => this.#share().then((is) => (share = is), ignored);
    const looking = setInterval(() => void look(), LOOK_EVERY_MS);
    try {
      const result = await work();
      clearInterval(timer);
      await Promise.all(under);
      return { result, ...counts };
    } finally {
      clearInterval(timer);
      clearInterval(looking);
    }
  }

  /** Kills a command with all that it has started, after so many milliseconds, or lets it end. Resolves to whether it was killed. */
  async killedAfter(child: ChildProcess, ms: number): Promise<boolean> {
    const ended = once(child, "exit").then(() => false);
    const killed = await Promise.race([ended, sleep(ms).then(() => true)]);
    if (!killed) return false;
    // All are looked for first: whoever's parent is dead is nobody's.
    for (const pid of [child.pid!, ...descendantsOf(child.pid!)]) kill(pid);
    await once(child, "exit").catch(() => undefined);
    return true;
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
};

const descendantsOf = (pid: number): number[] => {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name): [number, number][] => {
        try {
          const [, parent] = readFileSync(`/proc/${name}/stat`, "utf8")
            .replace(/^.*\) /s, "")
            .split(" ");
          return [[Number(name), Number(parent)]];
        } catch {
          return [];
        }
      }),
  );
  const below = (of: number): number[] =>
    [...parents].filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
};
