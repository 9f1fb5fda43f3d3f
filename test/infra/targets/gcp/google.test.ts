import { expect } from "chai";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { isLoopback } from "../../../../infra/loopback";
import { connectRun, type Guard } from "../../../../infra/targets/gcp/google";
import { PlainError } from "../../../../infra/problems";

const JOB = "projects/p/locations/r/jobs/migrate";

type Execution = {
  name: string;
  labels: Record<string, string>;
  polls: number;
  ok: boolean;
  exitCode: number;
  args: unknown;
};

/** Instead of an answer: a status, or a connection that is cut. */
type Trouble = number | "cut";

/** As much of Cloud Run as a job's runs need; each takes two looks to end. */
const cloudRun = async (outcomes: (boolean | number)[]) => {
  const executions: Execution[] = [];
  const requests: string[] = [];
  const trouble: Record<"GET" | "POST", Trouble[]> = { GET: [], POST: [] };
  const shown = (execution: Execution) => ({
    name: execution.name,
    labels: execution.labels,
    logUri: "https://logs.example/1",
    ...(execution.polls > 1
      ? {
          completionTime: "2026-11-24T00:00:00Z",
          conditions: [
            execution.ok
              ? { type: "Completed", state: "CONDITION_SUCCEEDED" }
              : { type: "Completed", state: "CONDITION_FAILED", message: "The container exited with an error." },
          ],
        }
      : {}),
  });
  const server: Server = createServer((request, response) => {
    const path = (request.url ?? "").replace(/^\/run\/v2\//, "");
    requests.push(`${request.method} ${path} ${request.headers.authorization}`);
    const answer = (body: unknown) => response.end(JSON.stringify(body));
    const isRun = path.endsWith(":run");
    // It starts even where nobody hears that it did, but for a request that is refused.
    if (isRun && trouble.POST[0] !== 400) {
      const name = `${JOB}/executions/run-${executions.length}`;
      const outcome = outcomes.shift() ?? true;
      const exitCode = typeof outcome === "number" ? outcome : outcome ? 0 : 1;
      const execution: Execution = {
        ...{ name, labels: { g: current }, polls: 0, ok: exitCode === 0 },
        exitCode,
        args: null,
      };
      executions.push(execution);
      request.on("data", (text: Buffer) => {
        execution.args = JSON.parse(text.toString()).overrides?.containerOverrides[0].args ?? null;
      });
    }
    const next = trouble[request.method as "GET" | "POST"].shift();
    if (next === "cut") return request.socket.destroy();
    if (next !== undefined) return response.writeHead(next).end("in trouble");
    if (isRun) return answer({ name: "operations/1", metadata: shown(executions.at(-1) as Execution) });
    if (path.includes("/executions?")) return answer({ executions: executions.map(shown).reverse() });
    const tasks = executions.find(({ name }) => path === `${name}/tasks`);
    if (tasks) return answer({ tasks: [{ lastAttemptResult: { exitCode: tasks.exitCode } }] });
    const found = executions.find(({ name }) => name === path);
    if (!found) return response.writeHead(404).end('{"error":{"message":"not found"}}');
    found.polls++;
    return answer(shown(found));
  });
  let current = "a";
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const env = { GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/run/v2/` };
  const runner = connectRun({ accessToken: "any", env, pauseMs: 1 });
  return {
    executions,
    requests,
    trouble,
    run: (generation: string, guard?: Guard) => {
      current = generation;
      return runner.run({ job: JOB, label: "g", generation, ...(guard && { guard }) });
    },
    close: () => server.close(),
  };
};

describe("running a job on Cloud Run", () => {
  let google: Awaited<ReturnType<typeof cloudRun>>;
  afterEach(() => google.close());

  it("waits for its end, with the configured token, at the configured endpoint", async () => {
    google = await cloudRun([true]);
    expect(await google.run("a")).to.equal(undefined);
    expect(google.requests).to.deep.equal([
      `GET ${JOB}/executions?pageSize=100 Bearer any`,
      `POST ${JOB}:run Bearer any`,
      `GET ${JOB}/executions/run-0 Bearer any`,
      `GET ${JOB}/executions/run-0 Bearer any`,
    ]);
  });

  it("runs nothing twice for one generation, and again for another", async () => {
    google = await cloudRun([true, true]);
    await google.run("a");
    await google.run("a");
    expect(google.executions).to.have.lengthOf(1);
    await google.run("b");
    expect(google.executions).to.have.lengthOf(2);
    await google.run("a");
    expect(google.executions).to.have.lengthOf(2);
  });

  it("tells why a run failed, and runs it again at the next try with the same inputs", async () => {
    google = await cloudRun([false, false, true]);
    for (let attempt = 0; attempt < 2; attempt++)
      expect(await google.run("a")).to.match(/exited with an error[^]*log: https:\/\/logs.example\/1/);
    expect(await google.run("a")).to.equal(undefined);
    expect(google.executions).to.have.lengthOf(3);
  });

  it("waits for a run that an update before it left behind", async () => {
    google = await cloudRun([true]);
    const first = google.run("a");
    while (google.executions.length === 0) await new Promise((later) => setTimeout(later, 1));
    expect([await google.run("a"), await first, google.executions.length]).to.deep.equal([undefined, undefined, 1]);
  });

  describe("that is guarded", () => {
    const backups: string[] = [];
    const guard = (args: string[] | undefined): Guard => ({
      args,
      backUp: () => Promise.resolve(void backups.push(`after ${google.executions.length} runs`)),
    });
    beforeEach(() => void backups.splice(0));

    it("goes on by itself where no backup has to come first", async () => {
      google = await cloudRun([true]);
      expect(await google.run("a", guard(["review"]))).to.equal(undefined);
      expect([backups, google.executions.map(({ args }) => args)]).to.deep.equal([[], [["review"]]]);
    });

    it("is followed by a backup and by the job as it is where one has to, at every try until that has succeeded", async () => {
      google = await cloudRun([75, false, 75, true]);
      expect(await google.run("a", guard(["review"]))).to.match(/exited with an error/);
      expect(await google.run("a", guard(["review"]))).to.equal(undefined);
      expect(await google.run("a", guard(["review"]))).to.equal(undefined);
      expect(backups).to.deep.equal(["after 1 runs", "after 3 runs"]);
      expect(google.executions.map(({ args }) => args)).to.deep.equal([["review"], null, ["review"], null]);
    });

    it("fails as any other where it ends otherwise, and runs nothing where there is no backup", async () => {
      google = await cloudRun([1, 75]);
      expect(await google.run("a", guard(["review"]))).to.match(/exited with an error/);
      expect(backups).to.deep.equal([]);
      const backUp = (): Promise<void> => Promise.reject(new PlainError("no backup"));
      const problem = await google.run("a", { args: ["review"], backUp }).catch((error: unknown) => error);
      expect((problem as Error).message).to.equal("no backup");
      expect(google.executions).to.have.lengthOf(2);
    });

    it("has its backup first where nobody can review it", async () => {
      google = await cloudRun([true, true]);
      expect(await google.run("a", guard(undefined))).to.equal(undefined);
      expect([backups, google.executions.map(({ args }) => args)]).to.deep.equal([["after 0 runs"], [null]]);
      google.trouble.POST.push(400);
      expect(await google.run("b", guard(["review"]))).to.equal(undefined);
      expect(backups).to.deep.equal(["after 0 runs", "after 1 runs"]);
      expect(google.executions.at(-1)?.args).to.equal(null);
    });
  });

  it("asks again where Google is in trouble or the connection is cut", async () => {
    google = await cloudRun([true]);
    google.trouble.GET.push(429, 503, "cut");
    expect(await google.run("a")).to.equal(undefined);
    expect(google.executions).to.have.lengthOf(1);
    expect(google.trouble.GET).to.deep.equal([]);
  });

  it("gives up where the trouble does not end or is of our making, with a plain message", async () => {
    google = await cloudRun([]);
    for (const [trouble, asked] of [
      [503, 9],
      [403, 1],
      ["cut", 9],
    ] as const) {
      google.requests.length = 0;
      google.trouble.GET = Array<Trouble>(asked).fill(trouble);
      const problem = await google.run("a").catch((error: unknown) => error);
      expect(problem).to.be.instanceOf(PlainError);
      expect((problem as Error).message).to.match(
        trouble === "cut" ? /executions.* failed: [^]*cure:/ : RegExp(`answered ${trouble}: in trouble[^]*cure:`),
      );
      expect(google.requests, String(trouble)).to.have.lengthOf(asked);
    }
  });

  for (const trouble of [503, "cut"] as const)
    it(`starts a run once where the answer is ${trouble}, and the next try waits for it`, async () => {
      google = await cloudRun([true]);
      google.trouble.POST.push(trouble);
      expect(await google.run("a").catch((error: unknown) => error)).to.be.instanceOf(PlainError);
      expect(await google.run("a")).to.equal(undefined);
      expect(google.executions).to.have.lengthOf(1);
    });

  it("says what is wrong with credentials", async () => {
    google = await cloudRun([]);
    const runner = connectRun({ accessToken: undefined, env: { GOOGLE_CREDENTIALS: "/nowhere/key.json" } });
    const problem = await runner.run({ job: JOB, label: "g", generation: "a" }).catch((error: unknown) => error);
    expect(problem).to.be.instanceOf(PlainError);
    expect((problem as Error).message).to.match(/no such file.*key.json[^]*cure:/);
  });

  it("asks this machine itself, whatever proxy is set", async () => {
    google = await cloudRun([true]);
    process.env["HTTPS_PROXY"] = "http://127.0.0.1:1";
    try {
      expect(await google.run("a")).to.equal(undefined);
    } finally {
      delete process.env["HTTPS_PROXY"];
    }
  });

  it("knows this machine's addresses", async () => {
    google = await cloudRun([]);
    for (const url of ["http://127.0.0.1:1/x", "http://localhost", "http://[::1]:2"])
      expect(isLoopback(url)).to.equal(true);
    for (const url of ["https://run.googleapis.com/", "http://127.0.0.1.example.com", "http://10.0.0.1", ""])
      expect(isLoopback(url), url).to.equal(false);
  });
});
