import Docker from "dockerode";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { Agent } from "node:http";
import { existsSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { recipes, standInImagePrefix } from "../../offline/images";
import { allProcesses, startOf, type Running } from "../../ops/terminal/processes";
import { readJson } from "../../ops/stack/files";
import { until } from "../../docker/wait";

type Ran = { status: number | null; stdout: string; stderr: string };
type Holder = { pid: number; started: string };
type Command = { command: readonly string[]; folder: string };

/**
 * A machine within this one, for Linux as root: it has processes, a network and a /run of its own, and a Docker engine of
 * its own at the usual socket, beside the engine of this machine. What is done to that engine (`./fleet start` starts it,
 * a soak kills it) touches nothing outside. It reaches the network through this machine's docker0.
 *
 * Its `folder` keeps the engine's images and volumes from one boot to the next.
 */
export class Machine {
  readonly docker: Docker;
  readonly #folder: string;
  readonly #dockerd: string | undefined;
  #init = 0;

  /** @param of.dockerd a program that takes the place of this machine's dockerd in it; left out: the same one */
  constructor({ folder, dockerd }: { folder: string; dockerd?: string }) {
    this.#folder = path.resolve(folder);
    this.#dockerd = dockerd;
    // A socket's path has 108 bytes. No connection is kept: the engine comes and goes.
    const options = { socketPath: this.#at("run", "docker.sock"), agent: new Agent({ keepAlive: false }) };
    this.docker = new Docker(options);
  }

  /** Boots it anew; what a killed process of ours has left of it is powered off before. No engine runs yet. */
  async boot(): Promise<void> {
    this.powerOff();
    rmSync(this.#at("run"), { recursive: true, force: true });
    for (const each of ["docker", "run", "log"]) mkdirSync(this.#at(each), { recursive: true });
    const holder = spawn(
      "unshare",
      [...NAMESPACES, "bash", "-c", bootScript({ folder: this.#folder, dockerd: this.#dockerd })],
      {
        stdio: ["ignore", "ignore", "inherit"],
        detached: true,
      },
    );
    const pid = holder.pid ?? 0;
    writeFileSync(this.#at("holder.json"), JSON.stringify({ pid, started: startOf(pid) }));
    await until({ ask: () => existsSync(this.#at("run", "booted")), everyMs: 20, patienceMs: 10_000 });
    if (!this.isOn()) throw new Error("unshare made no namespaces: a soak's own engine needs Linux, and root");
    this.#plugIn();
    holder.unref();
  }

  /** Ends all that runs in it at once, as a power cut does. */
  powerOff(): void {
    const holder = this.#holder();
    if (holder !== undefined) process.kill(holder, "SIGKILL");
    rmSync(this.#at("holder.json"), { force: true });
  }

  /** Whether it is booted, by this process or another, which from now on commands are run in. */
  isOn(): boolean {
    const holder = this.#holder();
    if (holder === undefined) return false;
    this.#init = allProcesses().find(({ parent }) => parent === holder)?.pid ?? 0;
    return this.#init !== 0;
  }

  /** Powers it off and deletes its folder. */
  remove(): void {
    this.powerOff();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }

  /** Starts its engine, as a person would by hand, and waits until it answers. */
  async startEngine(): Promise<void> {
    this.run({ command: ["sh", "-c", "setsid dockerd >>/var/log/dockerd.log 2>&1 &"], folder: "/" });
    if (!(await until({ ask: () => this.answers(), everyMs: 100, patienceMs: 60_000 })))
      throw new Error(`its engine did not start; its log: ${this.#at("log", "dockerd.log")}`);
  }

  /** Whether its engine answers. */
  answers(): Promise<boolean> {
    return this.docker.ping().then(
      () => true,
      () => false,
    );
  }

  /** Starts a command in it. */
  spawn({ command, folder }: Command): ChildProcess {
    return spawn("nsenter", this.#entering({ command, folder }), { stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Runs a command in it to its end, at this process's terminal; its exit code. */
  runHere(of: Command): number {
    return spawnSync("nsenter", this.#entering(of), { stdio: "inherit" }).status ?? 1;
  }

  /** Runs a command in it to its end. */
  run({ command, folder }: Command): Ran {
    const { status, stdout, stderr } = spawnSync("nsenter", this.#entering({ command, folder }), {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    return { status, stdout, stderr };
  }

  /** Its processes but those in containers, with the process ids of this machine. */
  processes(): Running[] {
    const own = namespaceOf(this.#init);
    return allProcesses().filter(({ pid }) => namespaceOf(pid) === own);
  }

  /** Brings the stand-ins for base images that this machine's engine has and its own has not. Its engine has to run. */
  async bringBaseImages(): Promise<void> {
    const known = recipes.map(({ image }) => standInImagePrefix + image);
    const named = async (docker: Docker): Promise<string[]> =>
      (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
    const present = await named(this.docker);
    const wanted = (await named(new Docker())).filter((name) => known.includes(name));
    const missing = wanted.filter((name) => !present.includes(name));
    if (missing.length === 0) return;
    const host = `unix://${this.#at("run", "docker.sock")}`;
    const copy = `docker save ${missing.join(" ")} | docker --host ${host} load`;
    const { status, stderr } = spawnSync("sh", ["-c", copy], { encoding: "utf8" });
    if (status !== 0) throw new Error(`base images could not be brought: ${stderr}`);
  }

  /** Removes every container, network and volume; images stay. Its engine has to run. */
  async empty(): Promise<void> {
    for (const { Id } of await this.docker.listContainers({ all: true }))
      await this.docker.getContainer(Id).remove({ force: true, v: true });
    await this.docker.pruneNetworks();
    for (const { Name } of (await this.docker.listVolumes()).Volumes) await this.docker.getVolume(Name).remove();
  }

  /** The living process that holds it, of this process or another. */
  #holder(): number | undefined {
    const holder = readJson<Holder>(this.#at("holder.json"));
    return holder && startOf(holder.pid) === holder.started ? holder.pid : undefined;
  }

  #at(...parts: string[]): string {
    return path.join(this.#folder, ...parts);
  }

  #entering({ command, folder }: Command): string[] {
    const inside = ["--target", String(this.#init), "--mount", "--net", "--pid"];
    // This machine's engine must not be meant by anything that runs inside.
    return [...inside, "env", "--unset", "DOCKER_HOST", "--chdir", folder, ...command];
  }

  /** A wire to docker0, whose subnet is 172.17.0.0/16 unless a person chose another; addresses at its end stay free. */
  #plugIn(): void {
    const bridge = read(["ip", "-4", "-o", "addr", "show", "docker0"]);
    const gateway = /inet ((\d+\.\d+)\.\d+\.\d+)\/16/.exec(bridge);
    if (!gateway) throw new Error(`docker0 of this machine has no subnet of 16 bits: ${bridge}`);
    const name = `soak${this.#init}`;
    const address = `${gateway[2]}.255.${1 + (this.#init % 250)}/16`;
    read(["ip", "link", "add", name, "type", "veth", "peer", "name", "uplink", "netns", String(this.#init)]);
    read(["ip", "link", "set", name, "master", "docker0", "up"]);
    const inside = `ip link set lo up && ip addr add ${address} dev uplink && ip link set uplink up && ip route add default via ${gateway[1]}`;
    const { status, stderr } = this.run({ command: ["sh", "-c", inside], folder: "/" });
    if (status !== 0) throw new Error(stderr);
  }
}

const NAMESPACES = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"];

/** Process 1 of the machine: bash buries the orphans, of which killed programs leave many. */
const bootScript = ({ folder, dockerd }: { folder: string; dockerd: string | undefined }): string =>
  [
    "set -e",
    `mount --bind '${folder}/log' /var/log`,
    `mount --bind '${folder}/docker' /var/lib/docker 2>/dev/null || { mkdir -p /var/lib/docker; mount --bind '${folder}/docker' /var/lib/docker; }`,
    ...(dockerd ? [`mount --bind '${dockerd}' "$(command -v dockerd)"`] : []),
    `mount --bind '${folder}/run' /run`,
    "touch /run/booted",
    "while :; do sleep 3600 & wait $!; done",
  ].join("\n");

const namespaceOf = (pid: number): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
};

const read = ([command = "", ...args]: string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout;
};
