import { expect } from "chai";
import type { IncomingHttpHeaders } from "node:http";
import { loopbackHosts, refusalOf } from "../../guard/requests";
import { isSame, makeToken, tokenIn } from "../../guard/token";

const host = "127.0.0.1:4321";
const isHost = (name: string): boolean => loopbackHosts(4321).includes(name);
const link = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

describe("who is refused before anything is read", () => {
  for (const [what, headers, status] of [
    ["nobody at a name of ours", { host }, undefined],
    ["nobody from our own page", { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" }, undefined],
    ["nobody who typed the address", { host, "sec-fetch-site": "none" }, undefined],
    ["who names no host", {}, 421],
    ["a name that points here (DNS rebinding)", { host: "attacker.example:4321" }, 421],
    ["a name below ours", { host: "attacker.localhost:4321" }, 421],
    ["another port's name", { host: "127.0.0.1" }, 421],
    ["another site's page", { host, origin: "https://attacker.example" }, 403],
    ["a page of another port", { host, origin: "http://127.0.0.1:80" }, 403],
    ["a page without an origin", { host, origin: "null" }, 403],
    ["an image in another site's page", { host, "sec-fetch-site": "cross-site" }, 403],
    ["an image in a page of another port", { host, "sec-fetch-site": "same-site" }, 403],
    ["a link from another site", { host, "sec-fetch-site": "cross-site", ...link }, 403],
  ] as const satisfies [string, IncomingHttpHeaders, number | undefined][])
    it(`is ${what}`, () => {
      expect(refusalOf({ asked: { method: "GET", headers }, isHost })?.status).to.equal(status);
    });

  it("may follow a link where the server says so, and sends nothing by one", () => {
    const headers = { host, "sec-fetch-site": "cross-site", ...link };
    expect(refusalOf({ asked: { method: "GET", headers }, isHost, mayNavigate: true })).to.equal(undefined);
    const frame = { ...headers, "sec-fetch-dest": "iframe" };
    for (const asked of [
      { method: "POST", headers },
      { method: "GET", headers: frame },
    ])
      expect(refusalOf({ asked, isHost, mayNavigate: true })?.status).to.equal(403);
  });
});

describe("a token", () => {
  it("is a bearer's, or the password of the log-in with the right name", () => {
    const token = makeToken();
    const basic = `Basic ${Buffer.from(`user:${token}`).toString("base64")}`;
    expect([
      tokenIn(`Bearer ${token}`),
      tokenIn(basic, "user"),
      tokenIn(basic),
      tokenIn(basic, "other"),
      tokenIn(token),
      tokenIn(undefined, "user"),
    ]).to.deep.equal([token, token, undefined, undefined, undefined, undefined]);
    expect([isSame(token, token), isSame(token, makeToken()), isSame("", token)]).to.deep.equal([true, false, false]);
  });
});
