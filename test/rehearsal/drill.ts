import { execFileSync } from "node:child_process";
import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bookingStory } from "../../demo/booking";
import { Story } from "../../demo/story";
import { runInCloud } from "../../ops/django/manage/cloud";
import { connectGoogle } from "../../ops/django/manage/google";
import { endpointVariables } from "../../ops/rehearsal/endpoints";
import type { Resource, State } from "../../ops/stack/checkpoint";
import { reachable } from "../../ops/stack/reachable";
import { ensureTools } from "../../ops/start/tools";
import { RunMachine } from "../../rehearsal/apis/run/machine";
import type { Aws } from "../../rehearsal/realise/aws";
import { OWNER } from "../../rehearsal/callers";
import { REVISIONS, SERVICES, type Revision, type Service } from "../../rehearsal/apis/run/shapes";
import { Project, type Run } from "../e2e/project";
import { ASKS_THE_DATABASE, NOBODY } from "../e2e/routes";
import { PROJECT, TestCloud } from "./cloud";

/** Where a service's migrations lie. */
export const migrationsOf = (name: Name): string => `services/${name}/${name}/migrations`;

const REGION = "europe-west1";
const UP = ["--yes", "--skip-preview", "--non-interactive", "--suppress-outputs"];
export const NAMES = ["usuarios", "reservas"] as const;
export type Name = (typeof NAMES)[number];

type Options = {
  /** Settings of the stack besides those of its place; booking alone unless they name other systems. */
  config?: Record<string, string>;
  idleSeconds?: number;
  /** What stands in AWS's place. */
  aws?: Aws;
};

/** Prod on a rehearsed cloud of a test's own: the real program, in a copy whose sources can be edited. */
export class Drill {
  readonly cloud: TestCloud;
  readonly project: Project;

  constructor(
    readonly stack: string,
    port: number,
    { config = {}, idleSeconds, aws }: Options = {},
  ) {
    this.cloud = new TestCloud(port, idleSeconds, aws);
    const own = { target: "gcp", alerts: "false", registryHost: `localhost:${port}`, systems: "[booking]" };
    this.project = new Project(stack, { ...own, ...config });
    const place = { project: PROJECT, region: REGION };
    for (const [key, value] of Object.entries(place))
      appendFileSync(join(this.project.folder, `Pulumi.${stack}.yaml`), `  gcp:${key}: ${value}\n`);
  }

  /** Commits the services, changed or not. */
  commit(): void {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=Drill", "-c", "user.email=drill@example.com", ...args], {
        cwd: this.project.folder,
      });
    git("init", "--quiet");
    git("add", "services");
    git("commit", "--quiet", "--allow-empty", "--message", "Services");
  }

  async open(): Promise<void> {
    this.commit();
    await ensureTools({
      plugins: ["docker", "random", "gcp"],
      report: () => undefined,
      signal: new AbortController().signal,
    });
    await this.cloud.open();
    const { code, output } = await this.pulumi("stack", "init");
    if (code !== 0) throw new Error(output);
  }

  async remove(): Promise<void> {
    await this.cloud.remove();
    await this.project.remove();
  }

  get variables(): Record<string, string> {
    const endpoints = Object.entries(endpointVariables(this.cloud)).filter(([, value]) => value !== undefined);
    return {
      ...(Object.fromEntries(endpoints) as Record<string, string>),
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      // The copy's own: a cloud stack does not run without it.
      PULUMI_OPTION_POLICY_PACK: join(this.project.folder, "policy"),
    };
  }

  pulumi(...args: string[]): Promise<Run> {
    return this.project.pulumiWith(this.variables, ...args);
  }

  up(...flags: string[]): Promise<Run> {
    return this.pulumi("up", ...UP, ...flags);
  }

  async mustUp(...flags: string[]): Promise<Run> {
    const run = await this.up(...flags);
    if (run.code !== 0) throw new Error(`pulumi up failed:\n${run.output}`);
    return run;
  }

  /** @param name of booking's, or "leads/web" */
  service(name: string): Service {
    const [system, part] = name.includes("/") ? name.split("/") : ["booking", name];
    const full = `projects/${PROJECT}/locations/${REGION}/services/${this.stack}-${system}-${part}`;
    const found = this.cloud.rehearsal.cloud.store.get<Service>(SERVICES, full);
    if (!found) throw new Error(`there is no service ${full}`);
    return found;
  }

  /** The revision that serves. */
  serving(name: string): string {
    return this.service(name)
      .trafficStatuses.map(({ revision }) => revision)
      .join(" ");
  }

  revisions(name: string): Revision[] {
    return this.cloud.rehearsal.cloud.store.list<Revision>(REVISIONS, `${this.service(name).name}/revisions/`);
  }

  /** The stack's state, without its secrets. */
  async state(): Promise<State> {
    const { code, output } = await this.pulumi("stack", "export");
    if (code !== 0) throw new Error(output);
    const { deployment } = JSON.parse(output) as { deployment: { resources?: Resource[] } };
    return { resources: deployment.resources ?? [], pending: [] };
  }

  /**
   * Runs Python with a service's own settings, by a job of its own, as `./fleet manage` does.
   *
   * @param name "marketplace/web"
   * @returns the JSON of the last line that it printed
   */
  async python(name: string, script: string): Promise<any> {
    const lines: string[] = [];
    const google = connectGoogle({ accessToken: this.cloud.token, env: endpointVariables(this.cloud), pauseMs: 300 });
    const [system = "", part = ""] = name.split("/");
    const { exitCode } = await runInCloud({
      ...{ google, stack: this.stack, service: { system, name: part, resource: this.service(name).name } },
      words: ["shell", "--verbosity", "0", "--command", script],
      show: (line) => void lines.push(line),
      report: () => undefined,
    });
    if (exitCode !== 0) throw new Error(lines.join("\n"));
    return JSON.parse(lines.at(-1) ?? "");
  }

  /** The container of the revision that serves. */
  container(name: string): string {
    return `rehearsal-test-${this.cloud.port}-run-${this.serving(name)}`;
  }

  token(name: string): Promise<string> {
    const { identity } = RunMachine.of(this.cloud.rehearsal.cloud);
    return identity.token({ email: OWNER, audience: this.service(name).uri });
  }

  url(name: string): string {
    return reachable(this.service(name).uri);
  }

  /** The name of a service's newest migration. */
  lastMigration(name: Name): string {
    const files = readdirSync(join(this.project.folder, migrationsOf(name))).filter((file) =>
      /^\d{4}_.*\.py$/.test(file),
    );
    return files.sort().at(-1)!.replace(".py", "");
  }

  /** Lets prod be destroyed, Pulumi's protection and Google's. */
  async liftProtections(): Promise<void> {
    await this.pulumi("config", "set", "fleet:deletionProtection", "false");
    const lifting = { ...this.variables, FLEET_LIFT_PROTECTION_OF: this.stack };
    const { code, output } = await this.project.pulumiWith(lifting, "up", ...UP);
    if (code !== 0) throw new Error(`pulumi up failed:\n${output}`);
  }

  /** The demo's walk. @returns what failed, in its words */
  async walk(): Promise<string[]> {
    const lines: string[] = [];
    const story = new Story((line) => lines.push(line));
    const access = async (name: "usuarios" | "reservas") => ({ url: this.url(name), identity: await this.token(name) });
    const [usuarios, reservas] = [await access("usuarios"), await access("reservas")];
    const run = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
    await story.chapter("Booking", (tell) => bookingStory({ usuarios, reservas, run }, tell));
    return story.failures === 0 ? [] : lines;
  }

  /**
   * Asks services for data of their databases while something else is done, each by so many clients at a time.
   * @returns every answer that was not 200 (or 401 of one that wants a log-in)
   */
  async underLoad(
    work: () => Promise<unknown>,
    { names = NAMES, clients = 2 }: { names?: readonly string[]; clients?: number } = {},
  ): Promise<{ asked: number; failed: string[] }> {
    let done = false;
    let asked = 0;
    const failed: string[] = [];
    const load = names.flatMap((name) =>
      Array.from({ length: clients }, async () => {
        const headers = { ...NOBODY, "x-serverless-authorization": `Bearer ${await this.token(name)}` };
        const [system = "", part = ""] = name.split("/");
        const url = new URL(ASKS_THE_DATABASE[part === "web" ? system : part || system] ?? "/", this.url(name));
        while (!done) {
          asked++;
          await fetch(url, { headers }).then(
            async (answer) => {
              const text = await answer.text();
              if (![200, 401].includes(answer.status)) failed.push(`${name} ${answer.status} ${text.slice(0, 200)}`);
            },
            ({ message, cause }: Error) =>
              void failed.push(`${name} ${message} ${(cause as Error | undefined)?.message}`),
          );
        }
      }),
    );
    await work().finally(() => (done = true));
    await Promise.all(load);
    return { asked, failed };
  }
}
