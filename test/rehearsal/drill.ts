import { execFileSync } from "node:child_process";
import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bookingStory } from "../../demo/booking";
import { Story } from "../../demo/story";
import { endpointVariables } from "../../ops/rehearsal/endpoints";
import { reachable } from "../../ops/stack/reachable";
import { ensureTools } from "../../ops/start/tools";
import { RunMachine } from "../../rehearsal/apis/run/machine";
import { OWNER } from "../../rehearsal/callers";
import { REVISIONS, SERVICES, type Revision, type Service } from "../../rehearsal/apis/run/shapes";
import { Project, type Run } from "../e2e/project";
import { PROJECT, TestCloud } from "./cloud";

/** Where a service's migrations lie. */
export const migrationsOf = (name: Name): string => `services/${name}/${name}/migrations`;

const REGION = "europe-west1";
const UP = ["--yes", "--skip-preview", "--non-interactive", "--suppress-outputs"];
export const NAMES = ["usuarios", "reservas"] as const;
export type Name = (typeof NAMES)[number];

/** Booking on a rehearsed cloud of a test's own: the real program, in a copy whose sources can be edited. */
export class Drill {
  readonly cloud: TestCloud;
  readonly project: Project;

  constructor(
    readonly stack: string,
    port: number,
  ) {
    this.cloud = new TestCloud(port);
    this.project = new Project(stack, { target: "gcp", alerts: "false", registryHost: `localhost:${port}` });
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

  service(name: Name): Service {
    const full = `projects/${PROJECT}/locations/${REGION}/services/${this.stack}-booking-${name}`;
    const found = this.cloud.rehearsal.cloud.store.get<Service>(SERVICES, full);
    if (!found) throw new Error(`there is no service ${full}`);
    return found;
  }

  /** The revision that serves. */
  serving(name: Name): string {
    return this.service(name)
      .trafficStatuses.map(({ revision }) => revision)
      .join(" ");
  }

  revisions(name: Name): Revision[] {
    return this.cloud.rehearsal.cloud.store.list<Revision>(REVISIONS, `${this.service(name).name}/revisions/`);
  }

  /** The container of the revision that serves. */
  container(name: Name): string {
    return `rehearsal-test-${this.cloud.port}-run-${this.serving(name)}`;
  }

  token(name: Name): Promise<string> {
    const { identity } = RunMachine.of(this.cloud.rehearsal.cloud);
    return identity.token({ email: OWNER, audience: this.service(name).uri });
  }

  url(name: Name): string {
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

  /** Asks both services for data while something else is done. @returns every answer's status that was not 200 */
  async underLoad(work: () => Promise<unknown>): Promise<{ asked: number; failed: (number | string)[] }> {
    let done = false;
    let asked = 0;
    const failed: (number | string)[] = [];
    const load = NAMES.flatMap((name) =>
      [1, 2].map(async () => {
        const headers = { authorization: `Bearer ${await this.token(name)}` };
        while (!done) {
          asked++;
          await fetch(new URL(`/api/v1/${name}/`, this.url(name)), { headers }).then(
            async (answer) => (await answer.text(), answer.status === 200 || failed.push(answer.status)),
            ({ message, cause }: Error) => failed.push(`${message} ${(cause as Error | undefined)?.message}`),
          );
        }
      }),
    );
    await work().finally(() => (done = true));
    await Promise.all(load);
    return { asked, failed };
  }
}
