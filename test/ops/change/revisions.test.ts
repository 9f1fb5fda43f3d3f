import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { goBack, type Serving } from "../../../ops/change/revisions";
import { placeOf } from "../../../ops/rehearsal/place";

/** Cloud Run, where the service `web` has gone over to its second revision, and says this when it is to go back. */
describe("going back to the revisions of before", () => {
  const service = "projects/p/locations/l/services/web";
  const serving = (revision: string) => ({
    name: service,
    template: {},
    trafficStatuses: [{ type: "", percent: 100, revision }],
  });
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-back-"));
  let server: Server;
  const asked: string[] = [];
  let ends: { error?: { message: string } } = {};
  before((done) => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const answer = (body: object, status = 200): unknown =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      if (request.url?.includes("/workerPools")) return answer({});
      if (request.url?.includes("/services?")) return answer({ services: [serving("web-2")] });
      if (request.url?.includes("/services/gone")) return answer({ error: { message: "not found" } }, 404);
      return answer(
        request.method === "PATCH" ? { name: "projects/p/locations/l/operations/o" } : { done: true, ...ends },
      );
    }).listen(0, "127.0.0.1", done);
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const back = (before: Serving): Promise<void> => {
    const { port } = server.address() as AddressInfo;
    return goBack({ ...placeOf({ name: "back", port }), folder }, before);
  };

  it("asks for the traffic of what has rolled, and waits for it", async () => {
    await back({ services: [serving("web-1")], pools: [] });
    assert.ok(asked.includes(`PATCH /run/v2/${service}?updateMask=traffic`), asked.join("\n"));
    asked.length = 0;
    await back({ services: [serving("web-2")], pools: [] });
    assert.equal(
      asked.some((each) => each.startsWith("PATCH")),
      false,
    );
  });

  it("says why a revision of before does not serve again, and which service is gone", async () => {
    ends = { error: { message: "Revision 'web-1' is not ready" } };
    await assert.rejects(back({ services: [serving("web-1")], pools: [] }), /Revision 'web-1' is not ready/);
    const gone = { ...serving("gone-1"), name: "projects/p/locations/l/services/gone" };
    await assert.rejects(back({ services: [gone], pools: [] }), /services\/gone.* answered 404/);
  });
});
