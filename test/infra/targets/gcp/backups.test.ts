import { expect } from "chai";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connectBackups } from "../../../../infra/targets/gcp/backups";
import { PlainError } from "../../../../infra/problems";

const INSTANCE = { project: "p", instance: "main", description: "before leads/migrate" };

/** As much of Cloud SQL as a backup needs; an operation takes two looks to end. */
const cloudSql = async ({ refusals = [], error }: { refusals?: number[]; error?: object } = {}) => {
  const requests: string[] = [];
  let looks = 0;
  const server: Server = createServer((request, response) => {
    const answer = (body: object, status = 200): unknown => response.writeHead(status).end(JSON.stringify(body));
    let text = "";
    request.on("data", (piece: Buffer) => (text += piece.toString()));
    request.on("end", () => {
      requests.push(`${request.method} ${request.url}${request.method === "POST" ? ` ${text}` : ""}`);
      const refusal = request.method === "POST" ? refusals.shift() : undefined;
      if (refusal !== undefined) return answer({ error: { message: "another operation is in progress" } }, refusal);
      if (request.method === "POST") return answer({ name: "o", status: "PENDING" });
      return ++looks < 2 ? answer({ name: "o", status: "RUNNING" }) : answer({ name: "o", status: "DONE", error });
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const env = { GOOGLE_SQL_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/sql/v1beta4/` };
  return { requests, backups: connectBackups({ accessToken: "any", env, pauseMs: 1 }), close: () => server.close() };
};

describe("a backup on demand", () => {
  let google: Awaited<ReturnType<typeof cloudSql>>;
  afterEach(() => google.close());

  it("is waited for, and made once in an update whoever wants one", async () => {
    google = await cloudSql();
    await Promise.all([google.backups.take(INSTANCE), google.backups.take({ ...INSTANCE, description: "another" })]);
    await google.backups.take(INSTANCE);
    expect(google.requests).to.deep.equal([
      'POST /sql/v1beta4/projects/p/instances/main/backupRuns {"description":"before leads/migrate"}',
      "GET /sql/v1beta4/projects/p/operations/o",
      "GET /sql/v1beta4/projects/p/operations/o",
    ]);
  });

  it("waits for an instance that is busy with something else", async () => {
    google = await cloudSql({ refusals: [409, 409] });
    await google.backups.take(INSTANCE);
    expect(google.requests.filter((request) => request.startsWith("POST"))).to.have.lengthOf(3);
  });

  it("fails with Google's words where there is none at the end, or no right to one", async () => {
    google = await cloudSql({ error: { errors: [{ message: "no space" }] } });
    const failed = await google.backups.take(INSTANCE).catch((problem: unknown) => problem);
    expect(failed).to.be.instanceOf(PlainError);
    expect((failed as Error).message).to.equal("main could not be backed up: no space");
    google.close();
    google = await cloudSql({ refusals: [403] });
    const refused = await google.backups.take(INSTANCE).catch((problem: unknown) => problem);
    expect((refused as Error).message).to.match(/backupRuns answered 403/);
  });
});
