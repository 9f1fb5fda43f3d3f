import assert from "node:assert/strict";
import { once } from "node:events";
import { request, type IncomingMessage, type RequestOptions } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { openProxy, type Proxy } from "../../../ops/review/proxy";
import { CloudRun, tokenOf } from "./cloud-run";

const HOUR = 3_600_000;

describe("the proxy of a closed service", () => {
  const cloud = new CloudRun();
  let proxy: Proxy;
  let port: number;
  let host: string;
  let cookie: string;
  let token: string | undefined;
  let asked: string[];

  const visit = async (headers: Record<string, string> = {}) => get(new URL(proxy.address), { headers });

  /** A client that sends what it is told, and finds *.localhost as browsers do. */
  const get = async (url: URL, { headers, ...options }: RequestOptions & { body?: string } = {}) => {
    const { body, ...init } = options;
    const path = `${url.pathname}${url.search}`;
    const sent = request({ host: "127.0.0.1", port: url.port, path, headers: { host: url.host, ...headers }, ...init });
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    return { status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString() };
  };

  /** As the browser that visited first. */
  const ask = (path: string, options: RequestOptions & { body?: string } = {}) =>
    get(new URL(path, `http://${host}`), { ...options, headers: { cookie, ...options.headers } });

  before(() => cloud.start());
  after(() => cloud.stop());

  beforeEach(async () => {
    token = tokenOf({ email: "person@example.com", exp: (Date.now() + HOUR) / 1000 });
    cloud.good = new Set([token]);
    cloud.answering = undefined;
    cloud.heard.length = 0;
    asked = [];
    const identity = (audience: string) => (asked.push(audience), Promise.resolve(token));
    proxy = await openProxy({ url: cloud.url, identity, name: "leads-web", env: {} });
    ({ port, host } = { port: Number(new URL(proxy.address).port), host: new URL(proxy.address).host });
    const { headers } = await visit();
    cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
  });

  afterEach(() => proxy.close());

  describe("lets in", () => {
    it("the browser that follows the printed address first, and no other", async () => {
      assert.match(proxy.address, /^http:\/\/leads-web\.localhost:\d+\/\?token=[\w-]{43}$/);
      assert.match(cookie, new RegExp(`^fleet_review_${port}=[\\w-]{43}$`));
      const { status, text } = await visit();
      assert.deepEqual([status, cloud.heard.length], [401, 0]);
      assert.match(text, /a browser has used this token already/);
      assert.equal((await ask("/")).text, "ok");
    });

    for (const [what, headers, method, expected] of [
      ["nobody without the cookie", { cookie: "" }, "GET", 401],
      ["nobody at a name that is pointed here (DNS rebinding)", { host: "evil.example" }, "GET", 421],
      ["nobody at another service's name", { host: "booking-web.localhost:1" }, "GET", 421],
      ["no other site's form", { origin: "https://evil.example" }, "POST", 403],
      ["no page of another port", { origin: "http://localhost:8000" }, "POST", 403],
      ["no page without an origin", { origin: "null" }, "POST", 403],
      ["no image in another site", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "image" }, "GET", 403],
      ["nothing that changes and says nothing of where it comes from", {}, "POST", 403],
    ] as const)
      it(what, async () => {
        const { status, text } = await ask("/", { headers, method });
        assert.deepEqual([status, cloud.heard.length, asked.length], [expected, 0, 0]);
        assert.match(text, /^fleet review: .*\nOpen the address that `fleet review open` printed/);
      });

    it("its own page, by every name of this machine", async () => {
      for (const name of [host, `localhost:${port}`, `127.0.0.1:${port}`]) {
        const headers = { host: name, origin: `http://${name}`, "sec-fetch-site": "same-origin" };
        assert.equal((await ask("/", { headers, method: "POST", body: "a=b" })).status, 200, name);
      }
    });

    it("a browser on Codespaces, at the address that is forwarded there", async () => {
      const env = { CODESPACE_NAME: "busy-otter", GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: "app.github.dev" };
      const there = await openProxy({ url: cloud.url, identity: () => Promise.resolve(token), name: "leads-web", env });
      const address = new URL(there.address);
      assert.equal(address.hostname, "localhost");
      const headers = { host: `busy-otter-${address.port}.app.github.dev` };
      assert.equal((await get(address, { headers })).status, 200);
      there.close();
    });
  });

  describe("tells the service", () => {
    it("who asks, beside its own Authorization, cookies and host", async () => {
      const mixed = { authorization: "Token abc", cookie: `sessionid=1; ${cookie}; csrftoken=2` };
      await ask("/admin/a%2Fb/?q=%20&r", { headers: mixed });
      const { headers, path } = cloud.last ?? assert.fail();
      assert.equal(path, "/admin/a%2Fb/?q=%20&r");
      assert.equal(headers["x-serverless-authorization"], `Bearer ${token}`);
      assert.equal(headers.authorization, "Token abc");
      assert.equal(headers.cookie, "sessionid=1; csrftoken=2");
      assert.equal(headers.host, new URL(cloud.url).host.replace(/^.*:/, "127.0.0.1:"));
      assert.deepEqual(asked, [cloud.url]);
      await ask("/");
      assert.equal(cloud.last?.headers.cookie, undefined);
    });

    it("the origin and the referrer that its own pages have", async () => {
      const headers = { origin: `http://${host}`, referer: `http://${host}/admin/login/?next=/` };
      await ask("/admin/login/", { method: "POST", headers, body: "a=b" });
      assert.equal(cloud.last?.headers.origin, cloud.url);
      assert.equal(cloud.last?.headers.referer, `${cloud.url}/admin/login/?next=/`);
      const followed = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
      await ask("/", { headers: { ...followed, referer: "https://elsewhere.example/a" } });
      assert.equal(cloud.last?.headers.referer, "https://elsewhere.example/a");
    });

    it("nothing that it would believe of the way", async () => {
      await ask("/", { headers: { "x-forwarded-host": "evil.example", "x-forwarded-for": "1.2.3.4", forwarded: "a" } });
      const names = Object.keys(cloud.last?.headers ?? {});
      assert.deepEqual(
        names.filter((name) => name.includes("forwarded")),
        [],
      );
    });

    it("a body's length, without which Django reads none", async () => {
      const headers = { origin: `http://${host}`, "content-type": "application/json", "content-length": "7" };
      await ask("/api/", { method: "PUT", headers, body: '{"a":1}' });
      const { method, headers: got, body } = cloud.last ?? assert.fail();
      assert.deepEqual(
        [method, got["content-length"], got["content-type"], body],
        ["PUT", "7", "application/json", '{"a":1}'],
      );
    });
  });

  describe("gives the browser", () => {
    it("redirects that stay here, and leaves those to elsewhere", async () => {
      for (const [from, to] of [
        [`${cloud.url}/admin/?a=b#c`, "/admin/?a=b#c"],
        ["/admin/login/", "/admin/login/"],
        ["https://elsewhere.example/", "https://elsewhere.example/"],
      ] as const) {
        cloud.answering = (_, answer) => answer.writeHead(302, { location: from }).end();
        const { status, headers } = await ask("/");
        assert.deepEqual([status, headers.location], [302, to]);
      }
    });

    it("cookies that it keeps at http://localhost", async () => {
      const given = [
        "csrftoken=a; expires=Mon, 29 Nov 2027 08:00:00 GMT; Max-Age=31449600; Path=/; SameSite=Lax; Secure",
        "sessionid=b; Domain=leads.example; HttpOnly; Path=/; SameSite=Lax; Secure",
        "__Host-c=c; Path=/; Secure",
        "d=d; SameSite=None; Secure",
        "secure=domain=e",
      ];
      cloud.answering = (_, answer) => answer.writeHead(200, { "set-cookie": given }).end();
      assert.deepEqual((await ask("/")).headers["set-cookie"], [
        "csrftoken=a; expires=Mon, 29 Nov 2027 08:00:00 GMT; Max-Age=31449600; Path=/; SameSite=Lax",
        "sessionid=b; HttpOnly; Path=/; SameSite=Lax",
        "__Host-c=c; Path=/; Secure",
        "d=d; SameSite=None; Secure",
        "secure=domain=e",
      ]);
    });

    it("a body while it comes, and the service one while it is sent", async () => {
      const told: string[] = [];
      cloud.answering = (asking, answer) => {
        answer.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
        asking.on("data", (part: Buffer) => (told.push(part.toString()), answer.write(`heard ${part.toString()}`)));
        asking.on("end", () => answer.end());
      };
      const headers = { host, cookie, origin: `http://${host}` };
      const sent = request({ host: "127.0.0.1", port, path: "/stream", method: "POST", headers });
      sent.write("one");
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      const [first] = (await once(answer, "data")) as [Buffer];
      assert.deepEqual([first.toString(), told], ["heard one", ["one"]]);
      sent.end("two");
      const [second] = (await once(answer, "data")) as [Buffer];
      assert.equal(second.toString(), "heard two");
    });

    it("a body that is cut off where the service cuts it off, and never a whole one", async () => {
      for (const headers of [{}, { "content-length": "100" }]) {
        cloud.answering = (_, answer) => {
          answer.writeHead(200, headers).write("half");
          setTimeout(() => answer.destroy(), 20);
        };
        await assert.rejects(ask("/"), /aborted/);
      }
    });

    it("what is compressed, whole", async () => {
      const { gzipSync } = await import("node:zlib");
      cloud.answering = (_, answer) =>
        answer.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("ü".repeat(1000)));
      assert.equal((await ask("/", { headers: { "accept-encoding": "gzip" } })).text, "ü".repeat(1000));
    });
  });

  describe("says plainly", () => {
    it("which role is missing, who needs it and how it is granted", async () => {
      cloud.good.clear();
      const { status, headers, text } = await ask("/");
      assert.equal(status, 403);
      assert.match(headers["content-type"] ?? "", /^text\/html/);
      assert.match(text, /person@example\.com\s+needs the role <code>roles\/run\.invoker<\/code>/);
      assert.match(text, /gcloud run services add-iam-policy-binding leads-web --region=europe-west1 --project=123 /);
      assert.match(text, /--member=user:person@example\.com --role=roles\/run\.invoker/);
    });

    it("nothing over the service's own refusals", async () => {
      const own = "<h1>Forbidden</h1><p>CSRF verification failed. Request aborted. \u00fc</p>";
      cloud.answering = (_, answer) =>
        answer.writeHead(403, { "content-type": "text/html; charset=latin1" }).end(Buffer.from(own, "latin1"));
      const { status, headers, text } = await ask("/");
      assert.deepEqual([status, headers["content-type"]], [403, "text/html; charset=latin1"]);
      assert.match(text, /CSRF verification failed/);
      cloud.answering = (_, answer) => answer.writeHead(401, { "www-authenticate": "Token" }).end("no");
      const denied = await ask("/api/");
      assert.deepEqual([denied.status, denied.headers["www-authenticate"], denied.text], [401, "Token", "no"]);
    });

    it("that the service does not answer", async () => {
      const gone = createServer();
      await once(gone.listen(0, "127.0.0.1"), "listening");
      const url = `http://gone.localhost:${(gone.address() as AddressInfo).port}`;
      await new Promise((done) => gone.close(done));
      const dead = await openProxy({ url, identity: () => Promise.resolve(token), name: "gone", env: {} });
      const first = await get(new URL(dead.address));
      const headers = { cookie: String(first.headers["set-cookie"]).split(";")[0] };
      const { status, text } = await get(new URL("/", dead.address), { headers });
      assert.equal(status, 502);
      assert.match(text, /^fleet review: gone\.localhost:\d+ did not answer: connect ECONNREFUSED [\d.:]+\.\n$/);
      dead.close();
    });

    it("that nobody is signed in any more, until somebody is", async () => {
      const given = token;
      token = undefined;
      const { status, text } = await ask("/");
      assert.deepEqual([status, cloud.heard.length], [502, 0]);
      assert.match(text, /sign in again \(gcloud auth login\)/);
      token = given;
      assert.equal((await ask("/")).status, 200);
    });

    it("that an address is not to be opened over http", async () => {
      const identity = () => Promise.resolve(token);
      await assert.rejects(
        openProxy({ url: "http://leads.example", identity, name: "leads", env: {} }),
        /is not https/,
      );
    });
  });

  it("asks for another token where Cloud Run refused one", async () => {
    cloud.good.clear();
    await ask("/");
    token = tokenOf({ n: 2 });
    cloud.good.add(token);
    assert.equal((await ask("/")).status, 200);
    assert.equal(asked.length, 2);
  });

  it("ends what is under way when it closes, and lets the service know", async () => {
    let isGone = false;
    cloud.answering = (_, answer) => {
      answer.on("close", () => (isGone = true));
      answer.write("and so on");
    };
    const sent = request({ host: "127.0.0.1", port, path: "/", headers: { host, cookie } }).end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    const ended = new Promise((done) => answer.on("error", done).resume());
    proxy.close();
    assert.match(String(await ended), /aborted/);
    for (const end = Date.now() + 2000; !isGone && Date.now() < end;) await sleep(10);
    assert.equal(isGone, true);
  });
});
