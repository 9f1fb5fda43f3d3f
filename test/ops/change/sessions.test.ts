import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Sessions } from "../../../ops/change/sessions";

/** One service, of which every request fails. */
describe("the clients of a change", () => {
  let server: Server;
  let limits = 0;
  before((done) => {
    server = createServer((_request, response) => {
      if (limits-- > 0) return response.writeHead(429, { "retry-after": "1" }).end("{}");
      response.writeHead(503, { "content-type": "application/json" }).end("{}");
    }).listen(0, "127.0.0.1", done);
  });
  after(() => server.close());

  const sessionsAt = (url: string, of: { system?: string; healthUrl?: string } = {}): Sessions => {
    const services = [{ system: "meet", service: "web", kind: "web", container: "c", url, ...of }];
    const walked = { services, accessTo: () => Promise.resolve({ url }), tokenOf: () => Promise.resolve("none") };
    return new Sessions(walked, { pauseMs: 100 });
  };

  it("come again later where a service limits how often it is asked, which is no failure", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    limits = 1;
    const sessions = sessionsAt(url);
    sessions.start();
    await sessions.whole("before", 400);
    assert.deepEqual(sessions.unheard, [{ phase: "before", system: "meet" }]);
    await sessions.stop();
    assert.deepEqual(sessions.failedSteps, []);
    assert.deepEqual(
      sessions.traffic().map(({ asked, failed }) => [asked, failed]),
      [[1, {}]],
    );
  });

  it("go on after a failure, and count it by phase, service and kind of request", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sessions = sessionsAt(url);
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

  it("ask for the health of a service without a pause, so that no absence is missed", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sessions = sessionsAt(url, { healthUrl: `${url}/health/` });
    sessions.start();
    await sessions.whole("after", 20_000);
    await sessions.stop();
    assert.deepEqual(sessions.unheard, []);
    const failed = sessions.traffic().map((each) => each.failed["GET /health/: 503"] ?? 0);
    assert.ok(failed[0]! >= 100, JSON.stringify(sessions.traffic()));
  });

  it("ask a system for which there is no session for its health alone, and say so", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sessions = sessionsAt(url, { system: "shop", healthUrl: `${url}/health/` });
    assert.deepEqual(sessions.healthAlone, ["shop"]);
    sessions.start();
    await sessions.whole("after", 20_000);
    await sessions.stop();
    assert.deepEqual(sessions.unheard, []);
    const after = sessions.traffic().find(({ phase }) => phase === "after");
    assert.ok(after!.asked >= 100);
  });

  it("count a request in the phase in which it began", async () => {
    const slow = createServer((_request, response) => void setTimeout(() => response.end("{}"), 700));
    await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    const sessions = sessionsAt(url, { system: "shop", healthUrl: `${url}/health/` });
    sessions.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    sessions.enter("update");
    await sessions.stop();
    slow.close();
    assert.deepEqual(
      sessions.traffic().map(({ phase, asked }) => [phase, asked]),
      [["before", 1]],
    );
  });

  it("have been heard in a phase by a session that began in it", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sessions = sessionsAt(url);
    sessions.start();
    // The first session is under way, and one of "update" follows at once: the pause does not hold it up.
    await sessions.whole("update", 10_000);
    await sessions.stop();
    assert.deepEqual(sessions.unheard, []);
    assert.ok(sessions.traffic().some(({ phase }) => phase === "update"));
  });
});
