import { expect } from "chai";
import type { ServerResponse } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { readEngine } from "../../../../infra/targets/local/engine";
import { fakeEngine, type FakeEngine } from "../../../docker/fake-engine";

describe("the engine before an update", () => {
  let engine: FakeEngine;
  let proxy: Server;
  let port: number;
  let state: string;
  const host = process.env["DOCKER_HOST"];

  beforeEach(async () => {
    proxy = createServer().listen(0, "127.0.0.1");
    await once(proxy, "listening");
    ({ port } = proxy.address() as AddressInfo);
    const Labels = { "dev.fleet.stack": "fleet/dev" };
    const listed = () => [{ Id: "web", Names: ["/leads_dev_web"], Labels, State: state, Status: "Up", Ports: [] }];
    const PortBindings = { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }] };
    const answerOf = (url: string): unknown => {
      if (url.startsWith("/volumes")) return { Volumes: [] };
      return url === "/containers/web/json" ? { HostConfig: { PortBindings } } : listed();
    };
    engine = await fakeEngine({
      answer: ({ url = "" }, response: ServerResponse) =>
        void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answerOf(url))),
    });
    process.env["DOCKER_HOST"] = engine.host;
  });
  afterEach(async () => {
    if (host === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = host;
    proxy.close();
    await engine.close();
  });

  it("counts the port of a container that is just restarting as the stack's own", async () => {
    state = "restarting";
    const { takenPorts, ownPorts } = await readEngine("dev", [port]);
    expect([...takenPorts.keys()]).to.deep.equal([]);
    expect([...(ownPorts ?? []).keys()]).to.deep.equal([port]);
  });

  it("calls a port taken that none of the stack's containers publishes", async () => {
    state = "exited";
    expect([...(await readEngine("dev", [port])).takenPorts.keys()]).to.deep.equal([port]);
  });
});
