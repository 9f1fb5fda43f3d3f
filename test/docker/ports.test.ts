import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { isTaken } from "../../docker/ports";

describe("a port", () => {
  it("is taken while something listens on it", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    assert.equal(await isTaken(port), true);
    server.close();
    await once(server, "close");
    assert.equal(await isTaken(port), false);
  });
});
