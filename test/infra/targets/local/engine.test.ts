import { expect } from "chai";
import type { ServerResponse } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { readEngine, USUAL } from "../../../../infra/targets/local/engine";
import { ensureEngine } from "../../../../ops/start/engine";
import { fakeEngine, type FakeEngine } from "../../../docker/fake-engine";

describe("the engine before an update", () => {
  let engine: FakeEngine;
  let proxy: Server;
  let port: number;
  let state: string;
  let status: string;
  let info: object;
  let networks: object[];
  const host = process.env["DOCKER_HOST"];

  beforeEach(async () => {
    proxy = createServer().listen(0, "127.0.0.1");
    await once(proxy, "listening");
    ({ port } = proxy.address() as AddressInfo);
    [state, status] = ["exited", "Exited (0)"];
    info = { ID: "engine" };
    networks = [];
    const Labels = { "dev.fleet.stack": "fleet/dev" };
    const listed = () => [{ Id: "web", Names: ["/leads_dev_web"], Labels, State: state, Status: status, Ports: [] }];
    const PortBindings = { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }] };
    const answerOf = (url: string): unknown => {
      if (url.startsWith("/volumes")) return { Volumes: [] };
      if (url === "/info") return info;
      if (url === "/networks") return networks;
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

  for (const [what, said, abilities] of [
    ["a usual engine", { CpuCfsQuota: true, SecurityOptions: ["name=seccomp,profile=default"] }, USUAL],
    ["an engine that says nothing", { SecurityOptions: null }, USUAL],
    ["one without root or a CPU quota (M16)", { CpuCfsQuota: false }, { ...USUAL, limitsCpu: false }],
    ["one with SELinux (M10)", { SecurityOptions: ["name=selinux"] }, { ...USUAL, confinesMounts: true }],
  ] as const)
    it(`tells what it can do: ${what}`, async () => {
      info = { ID: "engine", ...said };
      expect((await readEngine("dev", [])).abilities).to.deep.equal(abilities);
    });

  it("is none of Podman's, by plain `pulumi up` and by ./fleet start", async () => {
    info = { ID: "engine", BuildahVersion: "1.28.2", ServerVersion: "4.3.1" };
    const refused = /it is Podman 4\.3\.1, which has no BuildKit/;
    for (const asked of [readEngine("dev", []), ensureEngine(() => undefined)])
      expect(
        (
          await asked.then(
            () => undefined,
            (error: Error) => error,
          )
        )?.message,
      ).to.match(refused);
  });

  it("counts the networks for which it has addresses, in pools of its own settings too (M17)", async () => {
    info = { ID: "engine", DefaultAddressPools: [{ Base: "203.0.113.0/24", Size: 28 }] };
    networks = [
      { Name: "a", IPAM: { Config: [{ Subnet: "203.0.113.16/28" }] } },
      { Name: "host", IPAM: { Config: null } },
    ];
    expect((await readEngine("dev", [])).networks).to.deep.equal({ names: ["a", "host"], free: 15 });
  });

  it("knows how a container ended, and of one that was never started that it did not", async () => {
    const exitCode = async () => (await readEngine("dev", [])).containers[0]?.exitCode;
    status = "Exited (3) 2 minutes ago";
    expect(await exitCode()).to.equal(3);
    [state, status] = ["created", "Created"];
    expect(await exitCode()).to.equal(undefined);
  });

  it("calls a port taken that none of the stack's containers publishes", async () => {
    state = "exited";
    expect([...(await readEngine("dev", [port])).takenPorts.keys()]).to.deep.equal([port]);
  });
});
