import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { checkServices, table, type Service } from "../../../ops/stack/health";
import { running } from "../sample";

const web: Service = { system: "leads", service: "web", kind: "web", container: "leads_dev_web" };

describe("the health of a service", () => {
  let server: Server;
  let status = 200;
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  before((done) => {
    server = createServer((_request, response) => response.writeHead(status).end()).listen(0, "127.0.0.1", done);
  });
  after(() => server.close());

  const check = async (service: Service, inventory = running(), patienceMs = 0, passes = false) =>
    (
      await checkServices({
        services: [service],
        source: { list: () => Promise.resolve(inventory), passesOwnCheck: () => Promise.resolve(passes) },
        patienceMs,
      })
    )[0];

  it("is what its address answers", async () => {
    status = 200;
    assert.equal((await check({ ...web, healthUrl: url() }))?.isHealthy, true);
    status = 503;
    const unhealthy = await check({ ...web, healthUrl: url() });
    assert.deepEqual([unhealthy?.isHealthy, unhealthy?.health], [false, "unhealthy: answers 503"]);
  });

  it("is waited for", async () => {
    status = 503;
    setTimeout(() => (status = 200), 700);
    assert.equal((await check({ ...web, healthUrl: url() }, running(), 5000))?.isHealthy, true);
  });

  it("names a closed port", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    closed.close();
    assert.equal((await check({ ...web, healthUrl: `http://127.0.0.1:${port}` }))?.health, "unhealthy: ECONNREFUSED");
  });

  it("without an address is the container's own check", async () => {
    const inventory = running();
    inventory.containers = inventory.containers.map((container) => ({ ...container, health: "unhealthy" }));
    assert.equal((await check(web, inventory))?.isHealthy, false);
    assert.equal((await check(web))?.isHealthy, true);
  });

  it("that Docker has not asked for yet is asked for at once", async () => {
    const inventory = running();
    inventory.containers = inventory.containers.map((container) => ({ ...container, health: "starting" }));
    const well = await check(web, inventory, 0, true);
    assert.deepEqual([well?.health, well?.isHealthy], ["healthy", true]);
    const notYet = await check(web, inventory, 0, false);
    assert.deepEqual([notYet?.health, notYet?.isHealthy], ["starting", false]);
  });

  it("is bad when the container is gone or stopped", async () => {
    assert.equal((await check(web, { ...running(), containers: [] }))?.health, "its container is gone");
    const stopped = running().containers.map((container) => ({ ...container, running: false }));
    assert.equal((await check(web, { ...running(), containers: stopped }))?.health, "its container is not running");
  });
});

describe("the table", () => {
  it("has straight columns", () => {
    const rows = [
      { ...web, url: "http://127.0.0.1:8086", health: "healthy", isHealthy: true },
      { ...web, system: "callcenter", service: "w", health: "running", isHealthy: true },
    ];
    assert.equal(
      table(rows),
      [
        "SYSTEM      SERVICE  URL                    HEALTH",
        "leads       web      http://127.0.0.1:8086  healthy",
        "callcenter  w        -                      running",
      ].join("\n"),
    );
  });
});
