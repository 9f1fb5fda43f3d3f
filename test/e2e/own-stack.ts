import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stackOf } from "../../ops/stack/stack";
import { removeLeftovers } from "../leftovers";

export type Said = { status: number | null; stdout: string; stderr: string };

/** A throw-away stack of this checkout, named `test-...`, driven through the command line as a person would. */
export class OwnStack {
  readonly #stack;

  /** `settings` are lines of its config: `fleet:systems: [leads]`. Without them the first command makes the stack. */
  constructor(
    readonly name: string,
    settings?: readonly string[],
  ) {
    this.#stack = stackOf(name);
    if (!settings) return;
    const dev = readFileSync("Pulumi.dev.yaml", "utf8");
    mkdirSync(path.dirname(this.configFile), { recursive: true });
    writeFileSync(
      this.configFile,
      dev.replace("config:", ["config:", ...settings.map((line) => `  ${line}`)].join("\n")),
    );
  }

  get configFile(): string {
    return this.#stack.configFile;
  }

  /** Takes away what a killed run of another clone has left of it. */
  removeLeftovers(): Promise<void> {
    return removeLeftovers(this.name);
  }

  /** Runs a command on it; `input` is what a person would type. */
  fleet(args: readonly string[], input = ""): Said {
    const all = ["ops/fleet.cjs", ...this.#onStack(args)];
    const { status, stdout, stderr } = spawnSync(process.execPath, all, {
      encoding: "utf8",
      input,
      maxBuffer: 1 << 28,
    });
    return { status, stdout, stderr };
  }

  /** Runs a command and expects it to succeed; what it printed. */
  must(args: readonly string[], input = ""): string {
    const said = this.fleet(args, input);
    if (said.status !== 0)
      throw new Error(`fleet ${args.join(" ")} ended with ${said.status}:\n${said.stdout}${said.stderr}`);
    return said.stdout;
  }

  /** Starts a command and leaves it running. */
  start(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, ["ops/fleet.cjs", ...this.#onStack(args)], { stdio: ["ignore", "pipe", "inherit"] });
  }

  /** Takes all of it away, data and snapshots too. */
  remove(): void {
    this.fleet(["down", "--remove-data-of", this.name]);
    rmSync(path.resolve(".fleet/snapshots", this.name), { recursive: true, force: true });
  }

  /** The option goes before the arguments: behind them some commands hand it on. */
  #onStack(args: readonly string[]): string[] {
    const words = args[0] === "db" ? 2 : 1;
    return [...args.slice(0, words), "--stack", this.name, ...args.slice(words)];
  }
}

/** How many leads there are in a stack that runs leads. */
export const leadsRows = (stack: OwnStack): number =>
  Number(stack.must(["db", "shell", "leads"], "\\t\nSELECT count(*) FROM leads_lead;\n").match(/\d+/)?.[0]);
