import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve, type ServerType } from "@hono/node-server";
import Docker from "dockerode";
import type { Browser, Page } from "playwright-core";
import { Actions } from "../../dashboard/actions";
import { bundlePage } from "../../dashboard/bundle";
import { routes } from "../../dashboard/server";
import { Watch } from "../../dashboard/watch";
import { openBrowser } from "./browser";
import { publishedPlan } from "../ops/published";

/** The page of a stack whose engine has no container: what is drawn follows from the picture alone. */
describe("the buttons on the page", () => {
  const docker = new Docker({ socketPath: "/nowhere.sock" });
  const watch = new Watch({
    docker,
    stack: "mine",
    running: () => ({ plan: publishedPlan({ stack: "mine" }), services: [] }),
  });
  let browser: Browser;
  let page: Page;
  let server: ServerType;

  before(async () => {
    const app = routes({ docker, watch, actions: new Actions("mine"), page: await bundlePage() });
    server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
    await once(server, "listening");
    browser = await openBrowser();
    page = await browser.newPage();
  });
  after(async () => {
    await browser.close();
    server.close();
  });

  for (const [what, inDocker, expected] of [
    ["are drawn for a stack in Docker", true, 6],
    ["are left out for another, in which every one would end in a refusal", false, 0],
  ] as const)
    it(what, async () => {
      const part = { system: "leads", description: "", status: "elsewhere", env: [] } as const;
      watch.picture = {
        stack: "mine",
        inDocker,
        systems: [{ name: "leads", title: "Leads", networks: [] }],
        parts: [{ ...part, id: "leads/web", name: "web", kind: "web", container: "mine-leads" }],
        edges: [],
      };
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/#/overview/leads/web`);
      await page.reload();
      await page.waitForSelector(".card .part");
      await page.waitForSelector(".details .facts");
      assert.equal(await page.locator("[data-action]").count(), expected);
    });
});
