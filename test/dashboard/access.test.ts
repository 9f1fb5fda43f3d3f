import assert from "node:assert/strict";
import { Hono } from "hono";
import { DASHBOARD, pageHeaders } from "../../dashboard/access";
import { admit, allowedHosts, makeAccess } from "../../guard/visitors";

const port = 4321;
const host = `127.0.0.1:${port}`;

describe("who may use the dashboard", () => {
  const access = makeAccess();
  const app = new Hono()
    .use(pageHeaders, admit({ access, port, hosts: allowedHosts({ port, env: {} }), visited: DASHBOARD }))
    .get("/", (c) => c.text("the page"))
    .post("/actions", (c) => c.text("pressed"));
  const ask = async (path: string, headers: Record<string, string>, method = "GET") => {
    const response = await app.request(`http://${host}${path}`, { method, headers: { host, ...headers } });
    return { status: response.status, body: await response.text(), headers: response.headers };
  };
  const cookie = { cookie: `fleet_dashboard_${port}=${access.session}` };
  const origin = { origin: `http://${host}` };
  /** A link in a terminal that is itself a web page. */
  const followed = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

  it("is who brings the token first, which becomes a strict cookie", async () => {
    // A look that is no visit leaves the token as it is.
    assert.equal((await ask(`/?token=${access.token}`, {}, "HEAD")).headers.get("set-cookie"), null);
    const { status, headers, body } = await ask(`/?token=${access.token}`, followed);
    assert.equal(status, 200);
    assert.match(body, /<meta http-equiv="refresh" content="0; url=\/">/);
    assert.match(
      headers.get("set-cookie") ?? "",
      /^fleet_dashboard_4321=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    assert.doesNotMatch(headers.get("set-cookie") ?? "", new RegExp(access.token));
    assert.equal((await ask("/", cookie)).body, "the page");
    assert.equal((await ask("/actions", { ...cookie, ...origin }, "POST")).body, "pressed");
  });

  it("is nobody who finds the address later, in a history or a log", async () => {
    const { status, body, headers } = await ask(`/?token=${access.token}`, {});
    assert.equal(status, 401);
    assert.equal(headers.get("set-cookie"), null);
    assert.match(body, /a browser has used this token already/);
    assert.match((await ask(`/?token=${access.token}`, cookie)).body, /refresh/);
  });

  for (const [what, path, headers, method, expected] of [
    ["without token and cookie", "/", {}, "GET", 401],
    ["with another token", "/?token=guess", {}, "GET", 401],
    ["with another dashboard's cookie", "/", { cookie: `fleet_dashboard_${port}=other` }, "GET", 401],
    ["at a name that points here (DNS rebinding)", "/", { ...cookie, host: `evil.example:${port}` }, "GET", 421],
    ["at another port's name", "/", { ...cookie, host: "127.0.0.1:80" }, "GET", 421],
    ["from another site's image", "/", { ...cookie, "sec-fetch-site": "cross-site" }, "GET", 403],
    ["from another site's page", "/", { ...cookie, origin: "https://evil.example" }, "GET", 403],
    ["from a page without an origin", "/actions", { ...cookie, origin: "null" }, "POST", 403],
    ["pressing a button from nowhere", "/actions", cookie, "POST", 403],
    ["pressing a button without the cookie", "/actions", origin, "POST", 401],
  ] as const) {
    it(`is nobody ${what}`, async () => {
      const { status, body } = await ask(path, headers, method);
      assert.equal(status, expected);
      assert.match(body, /Open the address that `fleet dashboard` printed/);
    });
  }

  it("cannot be framed, and nothing from elsewhere runs in it", async () => {
    const { headers } = await ask("/", cookie);
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'; script-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(headers.get("referrer-policy"), "no-referrer");
  });

  it("reaches it in Codespaces at the address that is forwarded there", () => {
    const env = { CODESPACE_NAME: "busy-otter", GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: "app.github.dev" };
    assert.equal(allowedHosts({ port, env }).includes("busy-otter-4321.app.github.dev"), true);
    assert.equal(allowedHosts({ port, env: {} }).length, 3);
  });
});
