import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Story } from "../../../demo/story";
import { visit } from "../../../ops/change/back-office";

/** A back office that knows one session. */
describe("somebody who stays logged in to a back office", () => {
  let server: Server;
  let known = "sessionid=good";
  let style = "body { color: black }";
  before((done) => {
    server = createServer(({ url, headers }: IncomingMessage, response) => {
      if (url === "/static/base.css") return response.writeHead(style ? 200 : 404).end(style);
      if (headers.cookie !== known) return response.writeHead(302, { location: "/admin/login/" }).end();
      response.end('<html><head><link rel="stylesheet" href="/static/base.css"></head></html>');
    }).listen(0, "127.0.0.1", done);
  });
  after(() => server.close());

  const failures = async (): Promise<string[]> => {
    const service = { system: "meet", service: "web", kind: "web", container: "c" };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const visitor = { service, page: "/admin/", cookie: "sessionid=good" };
    const asked: string[] = [];
    const story = new Story(() => undefined);
    const watch = ({ path, status }: { path: string; status?: number }) => void asked.push(`${path} ${status}`);
    await story.chapter("a visit", (tell) => visit({ visitor, access: { url, watch } }, tell));
    assert.match(asked[0] ?? "", /^\/admin\/ (200|302)$/);
    return story.failed.map(({ did, why }) => `${did}: ${why.split(" (")[0]}`);
  };

  it("sees the page and its style", async () => {
    assert.deepEqual(await failures(), []);
  });

  it("says when the session is no longer one", async () => {
    known = "sessionid=of another kind";
    const told = await failures();
    known = "sessionid=good";
    assert.deepEqual(told, ["somebody who logged in before looks at the back office: the status is 302, not 200"]);
  });

  it("says when the image has no static files", async () => {
    style = "";
    assert.deepEqual(await failures(), ["the style of the back office is there: the status is 404, not 200"]);
  });
});
