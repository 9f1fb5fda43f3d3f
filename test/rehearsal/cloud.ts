import Docker from "dockerode";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadedApi } from "../../rehearsal/api";
import { accessToken, authorized } from "../../rehearsal/access-token";
import { isEnabled } from "../../rehearsal/enabled";
import type { Aws } from "../../rehearsal/realise/aws";
import { sweep } from "../../rehearsal/realise/sweep";
import { openRehearsal, type Rehearsal } from "../../rehearsal/rehearsal";
import { eventually } from "../e2e/project";

/** A server's first boot. */
const SQL_SECONDS = 150;

export const PROJECT = "fleet-rehearsal";

type Body = Record<string, any>;
export type Answer = { status: number; headers: Headers; body: any };

/** A rehearsed cloud of a test's own, on a port and in a folder of its own. */
export class TestCloud {
  readonly folder = mkdtempSync(join(tmpdir(), "fleet-rehearsal-"));
  #open: Rehearsal | undefined;

  /** @param idleSeconds how long an instance stays without a request */
  constructor(
    readonly port: number,
    readonly idleSeconds = 60,
    readonly aws?: Aws,
  ) {}

  /** The owner's access token. */
  get token(): string {
    return accessToken(this.folder);
  }

  get headers(): { authorization: string } {
    return authorized(this.folder);
  }

  get rehearsal(): Rehearsal {
    if (!this.#open) throw new Error("the test's cloud is not open");
    return this.#open;
  }

  /** @param apis other ones than the rehearsal's, where a test has a clock or works of its own */
  async open(apis?: readonly LoadedApi[]): Promise<void> {
    this.#open = await openRehearsal({
      ...(apis && { apis }),
      folder: this.folder,
      projectId: PROJECT,
      port: this.port,
      aws: this.aws,
      realise: {
        docker: new Docker(),
        prefix: `rehearsal-test-${this.port}`,
        labels: { "dev.fleet.rehearsal": `test-${this.port}` },
        imagePrefix: process.env.FLEET_IMAGE_PREFIX ?? "",
        token: this.token,
        ports: [this.port + 1, this.port + 50],
        idleSeconds: this.idleSeconds,
      },
    });
  }

  /** What the containers of an execution have written. */
  logOf(execution: string): string {
    return readFileSync(join(this.folder, "logs", `${execution}.log`), "utf8");
  }

  /** Ends the server and leaves what it knows. */
  async close(): Promise<void> {
    await this.#open?.close();
    this.#open = undefined;
  }

  /** Takes away what it knows and what it made. */
  async remove(): Promise<void> {
    const { cloud } = this.rehearsal;
    await this.close();
    // An API that was never enabled has made nothing: without these no Docker engine is asked.
    const makers = ["artifactregistry", "redis", "run", "sqladmin"].map((name) => `${name}.googleapis.com`);
    if (makers.some((service) => isEnabled(cloud, service))) await sweep({ ...cloud.realise, project: PROJECT });
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A request as a client sends it: `ask("POST secretmanager/v1/projects/p/secrets?secretId=s", {...})`. */
  async ask(what: string, body?: Body | string, token: string = this.token): Promise<Answer> {
    const [verb = "GET", path = ""] = what.split(" ");
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${this.rehearsal.cloud.url}/${path}`, {
      method: verb,
      headers: { authorization: `Bearer ${token}`, ...(text !== undefined && { "content-type": "application/json" }) },
      ...(text !== undefined && { body: text }),
    });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, body: answer ? JSON.parse(answer) : undefined };
  }

  /** As `ask`, for what has to work. */
  async must(what: string, body?: Body): Promise<any> {
    const answer = await this.ask(what, body);
    if (answer.status !== 200) throw new Error(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Waits for a long-running operation below an API, and gives what it ended with. */
  done(api: string, { name }: { name: string }): Promise<any> {
    return eventually(
      () => this.must(`GET ${api}/${name}`),
      ({ done }) => done === true,
    );
  }

  /** Starts an operation of Cloud SQL and waits for its end; throws with the operation's error. */
  async sql(what: string, body?: Body): Promise<any> {
    const { name } = await this.must(what, body);
    const operation = await eventually(
      () => this.must(`GET sqladmin/sql/v1beta4/projects/${PROJECT}/operations/${name}`),
      ({ status }) => status === "DONE",
      SQL_SECONDS,
    );
    if (operation.error) throw new Error(operation.error.errors[0].message);
    return operation;
  }

  enable(...services: string[]): void {
    for (const service of services)
      this.rehearsal.cloud.store.put("serviceusage.enabled", `${service}.googleapis.com`, { enabled: true });
  }
}
