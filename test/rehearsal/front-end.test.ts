import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FrontEnd } from "../../rehearsal/realise/front-end";
import { Identity } from "../../rehearsal/realise/identity";

const HOST = "leads-1.europe-west1.run.app";
const LOCAL = "leads-1.europe-west1.run.localhost";
const PERSON = "person@example.com";

describe("the front end of a rehearsed service", () => {
  const folder = mkdtempSync(join(tmpdir(), "front-end-"));
  const identity = new Identity(folder);
  let instance: Server;
  let frontEnd: FrontEnd;
  let port: number;
  let isOpen = false;
  let token: string;

  before(async () => {
    // It says what it was asked, and leads where it is told.
    instance = createServer(({ headers, url }, answer) => {
      const [, location] = /^\/to\?(.+)$/.exec(url ?? "") ?? [];
      if (location !== undefined) answer.writeHead(302, { location: decodeURIComponent(location) });
      answer.end(JSON.stringify(headers));
    });
    await once(instance.listen(0, "127.0.0.1"), "listening");
    const free = createServer();
    await once(free.listen(0, "127.0.0.1"), "listening");
    port = (free.address() as AddressInfo).port;
    await new Promise((done) => free.close(done));
    token = await identity.token({ email: PERSON, audience: `https://${HOST}` });
    frontEnd = new FrontEnd({
      ...{ port, gateway: undefined, localHost: LOCAL, host: HOST, identity },
      serving: () => ({
        traffic: [{ revision: "one", percent: 100, tag: "fresh" }],
        audiences: [`https://${HOST}`],
        isOpen: () => isOpen,
      }),
      mayInvoke: (email) => email === PERSON,
      place: () =>
        Promise.resolve({
          port: (instance.address() as AddressInfo).port,
          timeoutMs: 5000,
          release: () => undefined,
        }),
      measure: () => undefined,
      fail: ({ error }) => {
        throw error;
      },
    });
    await frontEnd.open();
  });

  after(async () => {
    await frontEnd.close();
    instance.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(() => void (isOpen = false));

  type Answer = { status: number; headers: IncomingHttpHeaders; text: string; heard: () => IncomingHttpHeaders };

  const ask = async (headers: Record<string, string>, path = "/"): Promise<Answer> => {
    const asked = request({ host: "127.0.0.1", port, path, headers: { host: `${LOCAL}:${port}`, ...headers } }).end();
    const [answer] = await once(asked, "response");
    let text = "";
    for await (const part of answer) text += part;
    return { status: answer.statusCode, headers: answer.headers, text, heard: () => JSON.parse(text) };
  };

  const unsigned = (): string => `Bearer ${token.split(".").slice(0, 2).join(".")}.SIGNATURE_REMOVED_BY_GOOGLE`;

  it("lets in by either header, and tells the service who it is by no token of use", async () => {
    const second = (await ask({ "x-serverless-authorization": `Bearer ${token}` })).heard();
    assert.equal(second["x-serverless-authorization"], unsigned());
    assert.equal((await ask({ authorization: `Bearer ${token}` })).heard().authorization, unsigned());
  });

  it("leaves the service's own Authorization as it is beside the second header", async () => {
    for (const authorization of ["Token abc", "Bearer an.app.token"]) {
      const { heard, status } = await ask({ authorization, "x-serverless-authorization": `Bearer ${token}` });
      assert.equal(status, 200);
      assert.equal(heard().authorization, authorization);
    }
  });

  it("looks at the second header alone where there are both", async () => {
    const both = { authorization: `Bearer ${token}`, "x-serverless-authorization": "Bearer no.such.token" };
    assert.equal((await ask(both)).status, 401);
  });

  it("leaves an open service its Authorization", async () => {
    isOpen = true;
    assert.equal((await ask({ authorization: "Bearer an.app.token" })).heard().authorization, "Bearer an.app.token");
  });

  it("refuses in the words of Google's pages", async () => {
    const forbidden = await ask({}, "/a%3Cb?c");
    assert.equal(forbidden.status, 403);
    assert.match(
      forbidden.text,
      /<h1>Error: Forbidden<\/h1>.*does not have permission to get URL <code>\/a%3Cb<\/code>/,
    );
    const unauthorized = await ask({ authorization: "Bearer no.such.token" });
    assert.equal(unauthorized.status, 401);
    assert.match(unauthorized.text, /permission to the requested URL <code>\/<\/code>/);
  });

  it("is Google's address to the service, whatever its name here", async () => {
    const own = { "x-serverless-authorization": `Bearer ${token}` };
    for (const name of [`${LOCAL}:${port}`, `127.0.0.1:${port}`]) {
      const { host, origin, referer } = (
        await ask({ ...own, host: name, origin: `http://${LOCAL}:${port}`, referer: `http://${name}/admin/?a=b` })
      ).heard();
      assert.deepEqual([host, origin, referer], [HOST, `https://${HOST}`, `https://${HOST}/admin/?a=b`]);
    }
    const tagged = (
      await ask({ ...own, host: `fresh---${LOCAL}:${port}`, origin: `http://fresh---${LOCAL}:${port}` })
    ).heard();
    assert.deepEqual([tagged.host, tagged.origin], [`fresh---${HOST}`, `https://fresh---${HOST}`]);
    const other = (await ask({ ...own, referer: "https://elsewhere.example/a" })).heard();
    assert.equal(other.referer, "https://elsewhere.example/a");
  });

  it("leads to the address here where the service names its own", async () => {
    const own = { "x-serverless-authorization": `Bearer ${token}` };
    const led = async (to: string) => (await ask(own, `/to?${encodeURIComponent(to)}`)).headers.location;
    assert.equal(await led(`https://${HOST}/a/?b`), `http://${LOCAL}:${port}/a/?b`);
    assert.equal(await led(`https://fresh---${HOST}/a/`), `http://fresh---${LOCAL}:${port}/a/`);
    assert.equal(await led("/admin/"), "/admin/");
    assert.equal(await led("https://elsewhere.example/"), "https://elsewhere.example/");
  });
});
