import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser } from "../dashboard/browser";

/** A name that is not ours and leads to this machine, as its owner may let it (DNS rebinding). */
const NAME = "attacker.example";

/** What a browser is started with to find the attacker's name here. */
export const WITH_NAME = [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`];

/** Without any, Chromium asks its user for a registry's log-in, and the page waits for the answer. */
const GUESS = { httpCredentials: { username: "guess", password: "guess" } };

/** A port of ours and the paths at which something could be read or done. */
export type Target = { port: number; paths: readonly string[]; body?: string };

/** The attempts that a server answered, each as `POST http://127.0.0.1:9010/_rehearsal/faults 403`, and what was read. */
export type Outcome = { answered: string[]; read: string[] };

/** A page of somebody else's in a real browser. It asks whatever a page can ask, in every way that a page can. */
export class Attacker {
  private constructor(
    private readonly context: BrowserContext,
    private readonly server: Server,
    private readonly ownBrowser: Browser | undefined,
  ) {}

  /** `context` is a browser with cookies, opened with `WITH_NAME`; left out: one of the attacker's own. */
  static async open(context?: BrowserContext): Promise<Attacker> {
    const server = createServer((_request, response) => response.setHeader("content-type", "text/html").end("<body>"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    if (context) return new Attacker(context, server, undefined);
    const browser = await openBrowser(WITH_NAME);
    return new Attacker(await browser.newContext(GUESS), server, browser);
  }

  /** Ends the browser too, unless it was given. */
  async close(): Promise<void> {
    await this.ownBrowser?.close();
    this.server.close();
  }

  /** Tries a port from a page of another site, from one of another port of this machine, and by a name that leads to it. */
  async attack({ port, paths, body = '{"kind":"slow","at":"*","ms":1}' }: Target): Promise<Outcome> {
    const outcome: Outcome = { answered: [], read: [] };
    const page = await this.context.newPage();
    page.on("response", (response) => {
      const url = new URL(response.url());
      if (url.port === String(port))
        outcome.answered.push(`${response.request().method()} ${url.href} ${response.status()}`);
    });
    const own = (this.server.address() as AddressInfo).port;
    for (const home of [`http://${NAME}:${own}/`, `http://127.0.0.1:${own}/`])
      for (const host of ["127.0.0.1", "localhost"]) {
        await page.goto(home);
        outcome.read.push(...(await tries({ page, base: `http://${host}:${port}`, paths, body })));
      }
    for (const path of paths) {
      const base = `http://${NAME}:${port}`;
      // A port that speaks no HTTP shows nothing.
      const shown = await page.goto(base + path).catch(() => undefined);
      if (shown?.ok()) outcome.read.push(`${base}${path}: ${await shown.text()}`);
      if (shown) outcome.read.push(...(await tries({ page, base, paths: [path], body })));
    }
    await page.close();
    return outcome;
  }
}

type Trying = { page: Page; base: string; paths: readonly string[]; body: string };

const tries = ({ page, base, paths, body }: Trying): Promise<string[]> =>
  page.evaluate<string[]>(`(${IN_PAGE})(${JSON.stringify({ urls: paths.map((path) => base + path), body })})`);

/** It runs in the page: it returns what the page could read of an answer, or open. */
const IN_PAGE = `async ({ urls, body }) => {
  const read = [];
  const soon = (start) => Promise.race([new Promise(start), new Promise((done) => setTimeout(done, 1500))]);
  const asked = async (url, options) => {
    const answer = await fetch(url, { credentials: "include", signal: AbortSignal.timeout(1500), ...options }).catch(() => undefined);
    // A page of the same origin may see a refusal.
    if (answer && answer.type !== "opaque" && (answer.ok || answer.type === "cors"))
      read.push((options.method ?? "GET") + " " + url + ": " + answer.status);
  };
  const posted = (url, enctype) => soon((done) => {
    const name = "frame" + Math.random();
    const frame = Object.assign(document.createElement("iframe"), { name, onload: done });
    const form = Object.assign(document.createElement("form"), { action: url, method: "post", target: name, enctype });
    form.append(Object.assign(document.createElement("input"), { name: body, value: "" }));
    document.body.append(frame, form);
    form.submit();
  });
  for (const url of urls) {
    for (const mode of ["no-cors", "cors"]) {
      await asked(url, { mode });
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json"])
        await asked(url, { mode, method: "POST", body, headers: { "content-type": type } });
    }
    for (const method of ["DELETE", "PUT"]) await asked(url, { method });
    await asked(url, { headers: { "metadata-flavor": "Google", authorization: "Bearer guess" } });
    for (const enctype of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) await posted(url, enctype);
    await soon((done) => {
      const shown = () => done(read.push("image " + url));
      document.body.append(Object.assign(new Image(), { src: url, onload: shown, onerror: done }));
    });
    for (const Stream of [EventSource, WebSocket])
      await soon((done) => {
        const stream = new Stream(Stream === WebSocket ? url.replace("http", "ws") : url);
        stream.onopen = () => done(read.push(Stream.name + " " + url));
        stream.onerror = () => (stream.close(), done());
      });
  }
  return read;
}`;

/** The answers that are no refusal; `reading` leaves out those to requests that change nothing by themselves. */
export const letIn = ({ answered }: Outcome, { reading }: { reading: boolean }): string[] =>
  answered.filter((line) => / [123]\d\d$/.test(line) && (reading || !/^(GET|HEAD|OPTIONS) /.test(line)));
