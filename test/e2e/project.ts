import Docker from "dockerode";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execCaptured } from "../../docker/exec";
import { labelOf, removeLabelled, removeLeftovers } from "../leftovers";
import { track } from "../track";

/** What `pulumi up` did: its exit code, all it printed, and its own count of changes by kind. */
export type Run = { code: number; output: string; changes: Record<string, number> };

const docker = new Docker();

/**
 * A copy of this project in a folder of its own, with a stack, ports, state and data of its own: its sources can be
 * edited and plain `pulumi up` run in it, beside a running dev stack.
 */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "fleet-e2e-"));
  readonly #originals = new Map<string, string>();

  constructor(
    readonly stack: string,
    config: Record<string, string>,
  ) {
    const files = ["Pulumi.yaml", "package.json", "package-lock.json"];
    for (const part of ["infra", "stacks", "policy", "docker", "services", ...files])
      cpSync(resolve(part), join(this.folder, part), {
        recursive: true,
        filter: (path) => !path.includes("__pycache__"),
      });
    track(this.folder);
    symlinkSync(resolve("node_modules"), join(this.folder, "node_modules"));
    mkdirSync(join(this.folder, ".fleet/state"), { recursive: true });
    writeFileSync(
      join(this.folder, `Pulumi.${stack}.yaml`),
      `config:\n${Object.entries({ target: "local", ...config })
        .map(([key, value]) => `  fleet:${key}: ${value}\n`)
        .join("")}`,
    );
  }

  /** Replaces text in one of its files; the text must be there. */
  edit(file: string, from: string | RegExp, to: string | ((found: string) => string)): void {
    const path = join(this.folder, file);
    const before = readFileSync(path, "utf8");
    const after = typeof to === "string" ? before.replace(from, to) : before.replace(from, to);
    if (after === before) throw new Error(`${file} does not hold ${from}`);
    if (!this.#originals.has(file)) this.#originals.set(file, before);
    writeFileSync(path, after);
  }

  write(file: string, text: string): void {
    mkdirSync(join(this.folder, file, ".."), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  /** As `git add`: from then on images hold the file. */
  track(file: string): void {
    track(this.folder, file);
  }

  delete(file: string): void {
    rmSync(join(this.folder, file));
  }

  /** Undoes every edit. */
  restore(): void {
    for (const [file, text] of this.#originals) writeFileSync(join(this.folder, file), text);
    this.#originals.clear();
  }

  config(key: string, value: string): Promise<Run> {
    return this.pulumi("config", "set", ...(/[.[]/.test(key) ? ["--path"] : []), `fleet:${key}`, value);
  }

  up(...flags: string[]): Promise<Run> {
    return this.pulumi("up", "--yes", "--skip-preview", "--non-interactive", "--suppress-outputs", ...flags);
  }

  /** Runs up and expects it to succeed. */
  async mustUp(...flags: string[]): Promise<Run> {
    const run = await this.up(...flags);
    if (run.code !== 0) throw new Error(`pulumi up failed:\n${run.output}`);
    return run;
  }

  pulumi(...args: string[]): Promise<Run> {
    return this.pulumiWith({}, ...args);
  }

  /** Runs the CLI with other environment variables. */
  async pulumiWith(variables: Record<string, string>, ...args: string[]): Promise<Run> {
    const { PULUMI_BACKEND_URL: _, ...environment } = process.env;
    const env = { ...environment, PULUMI_CONFIG_PASSPHRASE_FILE: resolve("stacks/dev.passphrase"), ...variables };
    return new Promise((done) =>
      execFile(
        resolve("node_modules/.bin/pulumi"),
        [...args, "--stack", this.stack, "--color", "never"],
        { cwd: this.folder, env, maxBuffer: 64 << 20 },
        (error, stdout, stderr) => {
          const output = stdout + stderr;
          done({ code: error ? Number(error.code ?? 1) : 0, output, changes: changesIn(output) });
        },
      ),
    );
  }

  async init(): Promise<void> {
    await removeLeftovers(this.stack);
    const { code, output } = await this.pulumi("stack", "init");
    if (code !== 0) throw new Error(output);
  }

  container(name: string): Promise<Docker.ContainerInspectInfo> {
    return docker.getContainer(name).inspect();
  }

  /** Runs a command in a container and returns what it printed; `code` is its exit code. */
  exec(name: string, ...command: string[]): Promise<{ code: number; output: string }> {
    return execCaptured({ docker, container: name, command });
  }

  /** Takes everything of the stack away, data too. */
  async remove(): Promise<void> {
    await this.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive");
    await removeLabelled({ docker, label: labelOf(this.stack), wanted: () => true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a person does with `docker rm --force`. */
export const removeContainer = (name: string): Promise<unknown> => docker.getContainer(name).remove({ force: true });

/** The ids and start times of a stack's containers, by name. */
export const lives = async (stack: string): Promise<Record<string, string>> => {
  const found = await docker.listContainers({ all: true, filters: { label: [`dev.fleet.stack=fleet/${stack}`] } });
  const entries = found.map(async ({ Id, Names }) => {
    const { State } = await docker.getContainer(Id).inspect();
    return [(Names[0] ?? "").slice(1), `${Id.slice(0, 12)} ${State.StartedAt}`] as const;
  });
  return Object.fromEntries((await Promise.all(entries)).sort());
};

/** `+ 2 created`, `+-1 replaced`, `30 unchanged` of Pulumi's summary. */
export const changesIn = (output: string): Record<string, number> => {
  const summary = /Resources:\n([^]*?)\n\n/.exec(output)?.[1] ?? "";
  return Object.fromEntries(
    [...summary.matchAll(/(\d+) (created|updated|replaced|deleted|unchanged)/g)].map(([, count, kind]) => [
      kind,
      Number(count),
    ]),
  );
};

/** Asks again until `check` holds, for what takes a moment by nature. */
export const eventually = async <T>(ask: () => Promise<T>, check: (value: T) => boolean, seconds = 30): Promise<T> => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await ask().catch((error: Error) => error as unknown as T);
    if (!(value instanceof Error) && check(value)) return value;
    if (Date.now() > end) throw new Error(`still not so after ${seconds} s: ${String(value)}`);
    await new Promise((next) => setTimeout(next, 100));
  }
};
