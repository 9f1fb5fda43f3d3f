import { expect } from "chai";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stackOf } from "../../ops/stack/stack";
import { allProcesses } from "../../ops/terminal/processes";
import { readRecord } from "../../ops/verification/record";
import { eventually } from "../e2e/project";
import { PROJECT, TestCloud } from "./cloud";

const STACK = "test-verify";
const RECORDS = ".fleet/verification";

/** `npm run verify:google` with a rehearsed cloud in Google's place: whole, failing, interrupted, killed and continued. */
describe("the verification of Google, on a rehearsed cloud", function () {
  const cloud = new TestCloud(31600);

  before(() => cloud.open());
  after(async () => {
    await cloud.remove();
    rmSync(stackOf(STACK).folder, { recursive: true, force: true });
  });

  const start = () => {
    const args = [
      "--import",
      "tsx",
      "test/rehearsal/verify-google-run.ts",
      String(cloud.port),
      cloud.token,
      PROJECT,
      STACK,
    ];
    const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece: Buffer) => void (output += String(piece)));
    const ended = new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
    const until = (says: RegExp) =>
      eventually(
        () => Promise.resolve(output),
        (text) => says.test(text),
        300,
      );
    return { child, until, end: async () => ({ code: await ended, output }) };
  };

  const records = (): string[] =>
    existsSync(RECORDS)
      ? readdirSync(RECORDS)
          .filter((file) => file.startsWith("google-"))
          .sort()
      : [];

  const nothingIsLeft = (): void => {
    const { store } = cloud.rehearsal.cloud;
    const kinds = [
      "run.services",
      "run.jobs",
      "secretmanager.secrets",
      "sqladmin.instances",
      "artifactregistry.repositories",
    ];
    expect(kinds.flatMap((kind) => store.list(kind))).to.deep.equal([]);
    expect(existsSync(stackOf(STACK).folder)).to.equal(false);
  };

  it("says what it costs, applies, walks, changes nothing the second time, removes all, and keeps a redacted record", async () => {
    const before = records();
    const { code, output } = await start().end();
    expect(code, output).to.equal(0);
    expect(output)
      .to.match(/costs at most \d+\.\d\d US dollars/)
      .and.match(/steps, 0 failed/)
      .and.match(/Nothing is left\./);
    nothingIsLeft();
    const [made = ""] = records().filter((file) => !before.includes(file));
    const text = readFileSync(join(RECORDS, made), "utf8");
    for (const own of [
      cloud.token,
      PROJECT,
      cloud.rehearsal.cloud.project.number,
      "owner@example.com".replace("example.com", ""),
    ])
      if (own !== "owner@") expect(text).to.not.include(own);
    const record = readRecord(join(RECORDS, made));
    expect(record.length).to.be.above(300);
    expect(record.filter(({ status }) => status >= 500)).to.deep.equal([]);
  });

  it("removes what was made when the update fails, and says so", async () => {
    cloud.rehearsal.cloud.faults.add({ kind: "failing-job", at: "*usuarios-migrate", times: 1 });
    const { code, output } = await start().end();
    expect(code, output).to.equal(1);
    expect(output)
      .to.match(/It failed: the update/)
      .and.match(/Nothing is left\./);
    nothingIsLeft();
  });

  it("removes what was made on Ctrl-C", async () => {
    const run = start();
    await run.until(/cloudrunv2:Job postgres-prepare creating/);
    run.child.kill("SIGINT");
    const { code, output } = await run.end();
    expect(code, output).to.equal(1);
    expect(output)
      .to.match(/It failed: it was interrupted/)
      .and.match(/Nothing is left\./);
    nothingIsLeft();
  });

  it("goes on where it was killed", async () => {
    const run = start();
    await run.until(/sql:DatabaseInstance \S+ created/);
    killTree(run.child.pid ?? 0);
    await run.end();
    const { code, output } = await start().end();
    expect(code, output).to.equal(0);
    expect(output)
      .to.match(/steps, 0 failed/)
      .and.match(/Nothing is left\./);
    nothingIsLeft();
  });

  it("refuses a project that holds something", async () => {
    cloud.enable("secretmanager");
    await cloud.must(`POST secretmanager/v1/projects/${PROJECT}/secrets?secretId=theirs`, {
      replication: { automatic: {} },
    });
    const { code, output } = await start().end();
    expect(code).to.equal(1);
    expect(output).to.match(/it is not empty[^\n]*secrets\/theirs\n +cure: /);
    expect(existsSync(stackOf(STACK).folder)).to.equal(false);
  });
});

const killTree = (pid: number): void => {
  const all = allProcesses();
  const below = (parent: number): number[] =>
    all.filter((one) => one.parent === parent).flatMap(({ pid: child }) => [child, ...below(child)]);
  for (const one of [pid, ...below(pid)])
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // It has ended with its parent.
    }
};
