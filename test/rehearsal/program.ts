import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { endpointVariables } from "../../ops/rehearsal/endpoints";
import { ensureTools, type Plugin, type Pulumi } from "../../ops/start/tools";
import { changesIn } from "../e2e/project";
import { PROJECT } from "./cloud";

export type Run = { code: number; output: string; changes: Record<string, number> };

/** A small Pulumi program against a rehearsed cloud, with the real engine and the real Google plugin. */
export class Program {
  readonly folder = mkdtempSync(join(tmpdir(), "fleet-program-"));
  #pulumi: Pulumi | undefined;
  /** The access token of whoever runs it; the owner's where it is left out. */
  token: string | undefined;

  constructor(readonly cloud: { port: number; token: string }) {}

  /** @param source JavaScript that makes resources with `gcp` and may use `pulumi` */
  async open(source: string, plugins: readonly Plugin[] = ["gcp"]): Promise<void> {
    const signal = new AbortController().signal;
    this.#pulumi = await ensureTools({ plugins, report: () => undefined, signal });
    symlinkSync(resolve("node_modules"), join(this.folder, "node_modules"));
    mkdirSync(join(this.folder, "state"));
    writeFileSync(join(this.folder, "package.json"), '{ "main": "index.cjs" }');
    writeFileSync(
      join(this.folder, "Pulumi.yaml"),
      "name: small\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    );
    writeFileSync(
      join(this.folder, "Pulumi.test.yaml"),
      `config:\n  gcp:project: ${PROJECT}\n  gcp:region: europe-west1\n`,
    );
    this.write(source);
    const made = await this.pulumi("stack", "init", "test");
    if (made.code !== 0) throw new Error(made.output);
  }

  write(source: string): void {
    const head = `const gcp = require("@pulumi/gcp");\nconst pulumi = require("@pulumi/pulumi");\n`;
    writeFileSync(join(this.folder, "index.cjs"), head + source);
  }

  up(...flags: string[]): Promise<Run> {
    return this.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", ...flags);
  }

  /** The CLI and its environment, for what runs it by itself. */
  get cli(): { binary: string; env: NodeJS.ProcessEnv } {
    const { binary, home } = this.#pulumi as Pulumi;
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"));
    const env: NodeJS.ProcessEnv = {
      ...Object.fromEntries(inherited),
      ...endpointVariables({ port: this.cloud.port, token: this.token ?? this.cloud.token }),
      ...(home !== undefined && { PULUMI_HOME: home }),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    return { binary, env };
  }

  pulumi(...args: string[]): Promise<Run> {
    const { binary, env } = this.cli;
    const stack = args[0] === "stack" ? [] : ["--stack", "test"];
    return new Promise((done) =>
      execFile(
        binary,
        [...args, ...stack, "--non-interactive", "--color", "never"],
        { cwd: this.folder, env, maxBuffer: 64 << 20 },
        (error, stdout, stderr) => {
          const output = stdout + stderr;
          done({ code: error ? Number(error.code ?? 1) : 0, output, changes: changesIn(output) });
        },
      ),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
