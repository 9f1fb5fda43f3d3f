import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, copyFileSync, existsSync, symlinkSync } from "node:fs";
import path from "node:path";
import { ownStack, environmentFile } from "../../ops/stack/stack";
import { inFleet, readJson, writeWhenChanged } from "../../ops/stack/files";
import type { Review } from "../../ops/review/up";
import { accessToken } from "../../rehearsal/access-token";
import { accountToken } from "../../rehearsal/callers";
import { Report } from "../../rehearsal/report";
import { Clone } from "../clone";
import { removeRehearsalLeftovers } from "../leftovers";
import { track } from "../track";

type Said = { code: number; output: string };

/** A copy of this checkout with a rehearsed stack review-base, for whose reviews the usual commands are run. */
export class Reviews {
  readonly #clone = new Clone();

  /**
   * @param port below those of clients, which are from 32768 on
   * @param project no other rehearsal's on this engine
   */
  constructor(
    private readonly port: number,
    readonly project = `fleet-reviews-${port}`,
  ) {
    track(this.#clone.folder);
  }

  /** Makes the copy a repository of its own, which an image's sources are read from, and the base of its reviews. */
  async open(...config: readonly string[]): Promise<void> {
    const { folder } = this.#clone;
    await removeRehearsalLeftovers(this.project);
    for (const [file, bring] of [
      ["pulumi", symlinkSync],
      ["setup.json", copyFileSync],
    ] as const)
      if (existsSync(inFleet(file))) bring(inFleet(file), path.join(folder, ".fleet", file));
    this.git("init", "--quiet");
    this.commit();
    const settings = config.flatMap((setting) => ["--config", setting]);
    const at = ["--port", String(this.port), "--project", this.project];
    const { code, output } = await this.review("base", "--rehearsed", ...at, ...settings);
    if (code !== 0) throw new Error(output);
  }

  git(...args: string[]): void {
    const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"];
    const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: this.#clone.folder, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  }

  commit(): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "A state of the branch");
  }

  /** Adds to a file of the copy, as a push to the branch does. */
  push(file: string, text: string): void {
    appendFileSync(path.join(this.#clone.folder, file), text);
    this.commit();
  }

  /** `./fleet review ...` */
  async review(...args: string[]): Promise<Said> {
    const command = [path.join(this.#clone.folder, "ops/fleet.cjs"), "review", ...args];
    const child = spawn(process.execPath, command, { cwd: this.#clone.folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? -1, output };
  }

  /** What the command has left of a review. */
  report(number: number): Review | undefined {
    return readJson<Review>(path.join(this.#clone.folder, ".fleet", "review", `pr-${number}.json`));
  }

  /** Asks the rehearsed cloud as its owner; what has a body is sent with POST. */
  async ask<T>(address: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${this.#token}`, ...(body && { "content-type": "application/json" }) };
    const sent = body && { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${this.port}/${address}`, { headers, ...sent });
    if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** From now on the commands ask Google as this account, not as the project's owner. */
  signIn(account: string): void {
    const file = environmentFile(this.#base);
    const token = accountToken({ token: this.#token, account });
    const variables = { ...readJson<object>(file), GOOGLE_OAUTH_ACCESS_TOKEN: token, DOCKER_REGISTRY_PASS: token };
    writeWhenChanged(file, `${JSON.stringify(variables, undefined, 2)}\n`);
  }

  /** What the rehearsed cloud was asked. */
  get requests(): Report {
    return new Report(path.join(this.#cloud, "requests.jsonl"));
  }

  get #base() {
    return ownStack({ name: "review-base", fleet: path.join(this.#clone.folder, ".fleet") });
  }

  get #cloud(): string {
    return path.join(this.#base.folder, "cloud");
  }

  /** The owner's. */
  get #token(): string {
    return accessToken(this.#cloud);
  }

  /** Everything that the rehearsed cloud holds of a review, by Google's full names. */
  async leftOf(number: number): Promise<string[]> {
    const at = `projects/${this.project}`;
    const place = `${at}/locations/europe-west1`;
    const lists = {
      [`run/v2/${place}/services`]: "services",
      [`run/v2/${place}/jobs`]: "jobs",
      [`run/v2/${place}/workerPools`]: "workerPools",
      [`secretmanager/v1/${at}/secrets`]: "secrets",
      [`iam/v1/${at}/serviceAccounts`]: "accounts",
      [`sqladmin/sql/v1beta4/${at}/instances/review-base-postgres/databases`]: "items",
      [`sqladmin/sql/v1beta4/${at}/instances/review-base-postgres/users`]: "items",
    };
    const found = await Promise.all(
      Object.entries(lists).map(async ([list, key]) => (await this.ask<Record<string, unknown[]>>(list))[key] ?? []),
    );
    const mark = new RegExp(`pr[-_]${number}(?!\\d)`);
    return found
      .flat()
      .map((item) => JSON.stringify(item))
      .filter((text) => mark.test(text));
  }

  /** Takes all away, reviews first: what is left of one is Docker's, and goes with the cloud. */
  close(): void {
    const command = ["ops/fleet.cjs", "rehearse", "--destroy", "--stack", "review-base"];
    spawnSync(process.execPath, command, { cwd: this.#clone.folder });
    this.#clone.remove();
  }
}
