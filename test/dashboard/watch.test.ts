import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import type { Picture } from "../../dashboard/messages";
import { Watch } from "../../dashboard/watch";
import { publishedPlan } from "../ops/published";

const plan = publishedPlan({ stack: "mine", config: { "fleet:systems": '["leads"]' } });
const services = [{ system: "leads", service: "web", kind: "web", container: "leads_mine_web" }];

/** The engine's socket, which can be away and come back. */
describe("the watch over a stack", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-watch-"));
  const socketPath = join(folder, "docker.sock");
  const watch = new Watch({ docker: new Docker({ socketPath }), stack: "mine", running: () => ({ plan, services }) });
  const engine = createServer((request, response) => {
    if (request.url?.includes("/events")) response.writeHead(200).flushHeaders();
    else response.end("[]");
  });
  after(() => {
    watch.stop();
    engine.close();
    engine.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  it("says why the picture may be old while the engine is away", async () => {
    await watch.start();
    assert.match(watch.picture.trouble ?? "", /ENOENT/);
  });

  it("goes on by itself once it is back", async () => {
    engine.listen(socketPath);
    const [picture] = (await once(watch, "picture")) as [Picture];
    assert.equal(picture.trouble, undefined);
    assert.equal(picture.parts.find(({ id }) => id === "leads/web")?.status, "gone");
    assert.equal(picture.inDocker, true);
  });

  it("tells a stack on Google Cloud, which the commands behind the buttons do not work on", async () => {
    const cloud = [{ system: "leads", service: "web", kind: "web", container: "mine-leads" }];
    const other = new Watch({
      docker: new Docker({ socketPath }),
      stack: "mine",
      running: () => ({ plan: { ...plan, target: "gcp" }, services: cloud }),
    });
    await other.look();
    assert.equal(other.picture.inDocker, false);
    assert.equal(other.picture.parts.find(({ id }) => id === "leads/web")?.status, "elsewhere");
  });
});
