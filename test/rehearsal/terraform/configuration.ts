import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { endpointVariables } from "../../../ops/rehearsal/endpoints";
import { PROJECT, type TestCloud } from "../cloud";

const TOOLS = path.resolve(".fleet/soak/terraform");
const REGION = "us-central1";

/** Builds OpenTofu and Terraform's Google provider where they are not there yet: a quarter of an hour on two processors. */
export const buildTools = (): void => {
  const script = path.resolve(import.meta.dirname, "build.sh");
  const { status } = spawnSync("sh", [script, TOOLS], { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`${script} ended with ${status}`);
};

export type Run = { code: number; output: string };

/** A copy of a Terraform configuration, applied to a rehearsed cloud as it is: the environment alone says where. */
export class Configuration {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "fleet-terraform-"));

  constructor(
    private readonly cloud: TestCloud,
    source: string,
  ) {
    cpSync(source, this.#folder, { recursive: true });
  }

  /** Replaces a text that stands in main.tf once. */
  change({ from, to }: { from: string; to: string }): void {
    const file = path.join(this.#folder, "main.tf");
    const [before, after, ...more] = readFileSync(file, "utf8").split(from);
    if (after === undefined || more.length > 0) throw new Error(`"${from}" does not stand in main.tf once`);
    writeFileSync(file, `${before}${to}${after}`);
  }

  async must(...args: string[]): Promise<string> {
    const { code, output } = await this.tofu(...args);
    if (code !== 0) throw new Error(`tofu ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  tofu(...args: string[]): Promise<Run> {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      ...endpointVariables(this.cloud),
      GOOGLE_PROJECT: PROJECT,
      GOOGLE_REGION: REGION,
      TF_CLI_CONFIG_FILE: path.join(TOOLS, "tofu.rc"),
      TF_IN_AUTOMATION: "1",
    };
    const options = { cwd: this.#folder, env, maxBuffer: 64 << 20 };
    return new Promise((done) =>
      execFile(path.join(TOOLS, "tofu"), [...args, "-no-color"], options, (error, stdout, stderr) =>
        done({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
      ),
    );
  }

  /** Whether a plan finds something to do. */
  async hasChanges(): Promise<boolean> {
    const { code, output } = await this.tofu("plan", "-detailed-exitcode", "-input=false");
    if (code !== 0 && code !== 2) throw new Error(output);
    if (code === 2) process.stdout.write(output);
    return code === 2;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
