import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { serve, type ServerType } from "@hono/node-server";
import type { Browser, Page } from "playwright-core";
import { Actions } from "../../dashboard/actions";
import { bundlePage } from "../../dashboard/bundle";
import { CloudWatch } from "../../dashboard/cloud/watch";
import { routes } from "../../dashboard/server";
import { Watch } from "../../dashboard/watch";
import { stepsOf } from "../../ops/change/live";
import type { Traffic } from "../../ops/change/traffic";
import { accessibilityProblems, openBrowser } from "./browser";
import { FAILED, RehearsedStack, RESTING, VALUES } from "./rehearsed";

describe("the page of a stack on a rehearsed cloud", () => {
  const stack = new RehearsedStack(31710);
  const complaints: string[] = [];
  let browser: Browser;
  let page: Page;
  let server: ServerType;
  let cloud: CloudWatch;
  let watch: Watch;
  const view = (hash: string): Promise<unknown> =>
    page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/#/${hash}`);

  before(async () => {
    await stack.open();
    cloud = new CloudWatch(stack.place);
    watch = new Watch({ docker: stack.docker, stack: "mine", running: () => stack.running(), cloud });
    await cloud.look();
    await watch.look();
    const app = routes({ docker: stack.docker, watch, actions: new Actions("mine"), page: await bundlePage() });
    server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
    await once(server, "listening");
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on("pageerror", ({ message }) => complaints.push(message));
  });
  after(async () => {
    await browser?.close();
    watch.stop();
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
    await stack.close();
  });

  it("draws the split of a service's requests on the map", async () => {
    await view("map");
    await page.waitForSelector(".share-of");
    const booking = page.locator(".map", { hasText: "usuarios-migrate" });
    assert.deepEqual((await booking.locator(".share-of").allTextContents()).sort(), ["0 %", "10 %", "100 %", "90 %"]);
    const node = booking.locator(".node.revision", { hasText: "00001-aaa" });
    assert.match((await node.textContent()) ?? "", /90 % of booking\/reservas.*1 instance/s);
  });

  it("shows each revision with its share, instances and Google's words", async () => {
    await view("cloud");
    const newest = page.locator('[data-revision="mine-booking-reservas-00003-ccc"]');
    assert.match(await newest.innerText(), /0 %.*failed.*no instance/s);
    const service = page.locator(".resource", { hasText: "mine-booking-reservas-00003-ccc" });
    assert.match(await service.innerText(), /cannot serve traffic\. The user-provided container failed the configured/);
    assert.match(
      await page.innerText('[data-revision="mine-booking-reservas-00002-bbb"]'),
      /10 %.*ready.*canary.*1 instance/s,
    );
    const worker = page.locator(".resource", { hasText: "mine-marketplace-worker" });
    assert.match(await worker.innerText(), /2 instances wanted.*100 %.*2 instances/s);
    const text = await page.innerText(".cloud");
    for (const expected of [/reservas_db/, /reservas_user/, /10\.0\.0\.3:6378/, /mine-key\s+2 versions, 1 destroyed/])
      assert.match(text, expected);
    assert.equal(await page.locator('a[href="http://mine-marketplace-web.run.localhost:9020"]').count(), 1);
    assert.match(text, /mine-booking-usuarios\.run\.localhost:9020\s+callers need the role run\.invoker/);
  });

  it("draws what rests only when it is asked for", async () => {
    await view("cloud");
    const newest = page.locator('[data-revision="mine-booking-usuarios-00001-eee"]');
    const service = page.locator(".resource", { has: newest });
    const rows = service.locator("[data-revision]");
    assert.equal(await rows.count(), 3);
    assert.ok((await page.locator("*").count()) < 1000, "the document is small");
    await service.locator("summary", { hasText: `${RESTING - 2} older revisions` }).click();
    await service.locator('[data-revision="mine-booking-usuarios-01299-old"]').waitFor();
    assert.equal(await rows.count(), RESTING + 1);
  });

  it("tells of a failed execution, and what it printed", async () => {
    await view("cloud/marketplace/migrate");
    const failed = page.locator('.details [data-execution="mine-marketplace-migrate-bbbbb"]');
    assert.ok((await failed.innerText()).includes(FAILED));
    await failed.locator("summary").click();
    await failed.locator("pre", { hasText: "no such table: offers" }).waitFor();
  });

  it("gives no file but the log of an execution that it shows", async () => {
    const { origin } = new URL(page.url());
    for (const name of ["../authorization", "mine-booking-reservas-00001-aaa", ""])
      assert.equal((await fetch(`${origin}/execution?name=${encodeURIComponent(name)}`)).status, 404, name);
  });

  it("follows the lines of each instance", async () => {
    await view("overview/booking/reservas");
    for (const id of ["00001-aaa", "00002-bbb"])
      await page.waitForSelector(`.row:has-text("fleet-mine-run-mine-booking-reservas-${id} printed this")`);
    assert.equal(await page.locator(".row", { hasText: "usuarios" }).count(), 0);
    assert.deepEqual(
      (await page.locator(".instances li").allInnerTexts()).map((text) => text.split(/\s+/).slice(0, 2)),
      [
        ["00002-bbb", "running"],
        ["00001-aaa", "running"],
      ],
    );
  });

  it("has no button that would change something, and nothing for one", async () => {
    for (const hash of ["overview", "overview/booking/reservas", "cloud"]) {
      await view(hash);
      await page.waitForSelector("main :is(.card, .resource)");
      assert.equal(await page.locator("[data-action]").count(), 0, hash);
    }
    assert.deepEqual(await page.locator("nav a").allInnerTexts(), ["Overview", "Map", "Cloud", "Logs"]);
  });

  it("shows a change that is rehearsed while it is, and nothing where none is", async () => {
    await view("cloud");
    await page.waitForSelector(".cloud");
    assert.equal(await page.locator(".change").count(), 0);
    const traffic = { phase: "before", service: "booking/reservas", asked: 90, medianMs: 5, p95Ms: 40, longestMs: 60 };
    const failed = { ...traffic, phase: "update", failed: { "GET /: 500": 2 } };
    const steps = stepsOf({ now: "update", traffic: [{ ...traffic, failed: {} }, failed] as Traffic[] });
    writeFileSync(stack.place.change, JSON.stringify(steps));
    await cloud.look();
    await watch.look();
    const step = (title: string): Promise<string> => page.locator(`[data-step="${title}"]`).innerText();
    await page.waitForSelector('[data-step="update"]');
    assert.match(
      await step("before"),
      /no request failed.*booking\/reservas: 90 requests, 0 failed, 95 % within 40 ms/s,
    );
    assert.match(await step("update"), /2 requests failed/);
    assert.match(await step("base again"), /to come/);
    assert.deepEqual(await accessibilityProblems(page), []);
    rmSync(stack.place.change);
    await cloud.look();
    await watch.look();
    await page.waitForSelector(".change", { state: "detached" });
  });

  it("says what it cannot show, and keeps the rest", async () => {
    await view("cloud");
    stack.answers.set("/secrets", 501);
    await cloud.look();
    await watch.look();
    await page.waitForSelector(".unseen");
    assert.match(await page.innerText(".unseen"), /From before; not shown as it is now: 501: It is away for a test\./);
    assert.match(await page.innerText(".secrets"), /mine-key/);
    assert.equal(await page.locator(".unseen").count(), 1);
    stack.answers.delete("/secrets");
  });

  it("is usable without sight or mouse, in light and in dark", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const hash of ["map/marketplace/migrate", "cloud/booking/reservas"]) {
        await view(hash);
        await page.waitForSelector("main :is(.card, .map, .resource)");
        assert.deepEqual(await accessibilityProblems(page), [], `${hash}, ${colorScheme}`);
      }
    }
  });

  it("shows no value, and has nothing to complain of", async () => {
    const seen = `${JSON.stringify(watch.picture)}${await page.content()}`;
    for (const value of VALUES) assert.equal(seen.includes(value), false, value);
    assert.deepEqual(complaints, []);
  });
});
