import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { forgetRuns } from "../../../ops/change/kept-base";
import { placeOf } from "../../../ops/rehearsal/place";

const AT = "projects/fleet-kept/locations/europe-west1";
const MIGRATE = `${AT}/jobs/migrate`;

describe("the runs of jobs on a base that is put back", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-kept-"));
  let asked: string[];
  let server: Server;
  before(async () => {
    server = createServer((request, response) => {
      const { method = "", url = "" } = request;
      if (method === "DELETE") asked.push(url.slice(1));
      const [list = ""] = url.split("?");
      const answers: Record<string, object> = {
        [`/${AT}/jobs`]: { jobs: [{ name: MIGRATE }, { name: `${AT}/jobs/prepare` }] },
        [`/${MIGRATE}/executions`]: {
          executions: ["12:00:00.9", "12:00:01", "12:00:02"].map((time, index) => ({
            name: `${MIGRATE}/executions/${index}`,
            createTime: `2026-11-29T${time}Z`,
          })),
        },
      };
      response.end(JSON.stringify(method === "DELETE" ? { name: "operation", done: true } : (answers[list] ?? {})));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  beforeEach(() => void (asked = []));
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const forget = (since: Date): Promise<void> => {
    const { port } = server.address() as AddressInfo;
    const env = { GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/` };
    return forgetRuns({ place: { ...placeOf({ name: "kept", port }), folder }, session: { env } }, since);
  };

  it("count no more where they came after it was kept: its databases know nothing of them", async () => {
    await forget(new Date("2026-11-29T12:00:01Z"));
    assert.deepEqual(asked, [`${MIGRATE}/executions/2`]);
  });

  it("count no more at all where nobody wrote down when that was", async () => {
    await forget(new Date(""));
    assert.equal(asked.length, 3);
  });
});
