import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Sessions } from "../../../ops/change/sessions";

/** One service, of which every request fails. */
describe("the clients of a change", () => {
  let server: Server;
  before((done) => {
    server = createServer((_request, response) => {
      response.writeHead(503, { "content-type": "application/json" }).end("{}");
    }).listen(0, "127.0.0.1", done);
  });
  after(() => server.close());

  it("go on after a failure, and count it by phase, service and kind of request", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sessions = new Sessions({
      services: [{ system: "meet", service: "web", kind: "web", container: "c", url }],
      accessTo: () => Promise.resolve({ url }),
      tokenOf: () => Promise.resolve("none"),
    });
    sessions.start();
    await sessions.whole("before", 10_000);
    await sessions.whole("update", 10_000);
    await sessions.stop();
    const traffic = sessions.traffic();
    assert.deepEqual(traffic.map(({ phase }) => phase).sort(), ["before", "update"]);
    for (const { service, asked, failed } of traffic) {
      assert.equal(service, "meet/web");
      assert.deepEqual(failed, { "POST /api/v1/meetings/: 503": asked });
    }
    const [first] = sessions.failedSteps;
    assert.deepEqual([first?.phase, first?.system, first?.did], ["before", "meet", "a meeting is planned"]);
  });
});
