import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, request, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openReview } from "../../../ops/review/open";
import { CloudRun, tokenOf } from "./cloud-run";

const services = [
  { id: "leads/web", url: "http://leads.localhost:1" },
  { id: "booking/reservas", url: "http://reservas.localhost:1" },
  { id: "booking/usuarios", url: "http://usuarios.localhost:1" },
];

describe("fleet review open", () => {
  const cloud = new CloudRun();
  const token = tokenOf({ email: "person@example.com" });
  let issuer: Server;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    await cloud.start();
    cloud.good.add(token);
    issuer = createServer((_, answer) => void answer.end(JSON.stringify({ token })));
    await once(issuer.listen(0, "127.0.0.1"), "listening");
    const FLEET_IDENTITY_URL = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/token?audience=`;
    env = { ...process.env, FLEET_IDENTITY_URL };
  });
  after(() => {
    cloud.stop();
    issuer.close();
    issuer.closeAllConnections();
  });

  const start = async (options: object, lines: number): Promise<{ child: ChildProcess; printed: string[] }> => {
    const child = spawn(process.execPath, ["--import", "tsx", "test/ops/review/opened.ts", JSON.stringify(options)], {
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let text = "";
    for await (const part of child.stdout ?? []) {
      text += String(part);
      if (text.split("\n").length > lines) break;
    }
    return { child, printed: text.trimEnd().split("\n") };
  };

  it("shows a service until Ctrl-C, and ends well", async () => {
    const { child, printed } = await start({ services: [{ id: "leads/web", url: cloud.url }] }, 1);
    const [, name, address = ""] = /^(\S+) {2}(\S+)$/.exec(printed[0] ?? "") ?? [];
    assert.equal(name, "leads/web");
    const { port, host, search } = new URL(address);
    assert.match(host, /^leads-web\.localhost:\d+$/);
    const asked = request({ host: "127.0.0.1", port, path: `/${search}`, headers: { host } }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    assert.equal(answer.resume().statusCode, 200);
    child.kill("SIGINT");
    assert.deepEqual(await once(child, "exit"), [0, null]);
    const again = request({ host: "127.0.0.1", port, headers: { host } }).end();
    await assert.rejects(once(again, "response"), /ECONNREFUSED/);
  });

  it("shows every service of several at a port of its own, until SIGTERM", async () => {
    const { child, printed } = await start({ services }, services.length);
    child.kill("SIGTERM");
    assert.deepEqual(
      printed.map((line) => line.split(/ +/)[0]),
      services.map(({ id }) => id),
    );
    const ports = printed.map((line) => new URL(line.split(/ +/)[1] ?? "").port);
    assert.equal(new Set(ports).size, services.length);
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  for (const [what, options, expected] of [
    ["a name of nothing", { services, wanted: "lead" }, /lead: is not part of this stack. Did you mean leads\?/],
    ["a stack without web services", { services: [] }, /it has no web service to open/],
    ["one port for several", { services, port: 4000 }, /4000 is one port, and 3 services want one each/],
    ["one port for a system of two", { services, wanted: "booking", port: 4000 }, /and 2 services want one each/],
  ] as const)
    it(`refuses ${what}`, () => assert.rejects(openReview({ ...options, env }), expected));

  it("refuses where nobody is signed in", () => {
    const nobody = { ...env, FLEET_IDENTITY_URL: "http://127.0.0.1:1/" };
    const cure = /leads\/web: it is closed.*\n.*gcloud auth application-default login/;
    return assert.rejects(openReview({ services, wanted: "leads", env: nobody }), cure);
  });
});
