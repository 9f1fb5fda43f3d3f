import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import Docker from "dockerode";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { stackOf } from "../../ops/stack/stack";
import { Attacker, letIn, WITH_NAME } from "../guard/attacker";
import { removeLeftovers } from "../leftovers";
import { accessibilityProblems, openBrowser } from "./browser";

const stack = stackOf("test-dashboard");
const docker = new Docker();
const web = "leads_test-dashboard_web";
const PASSWORD = "a-password-that-the-page-must-not-show";

const fleet = (...args: string[]): void => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["ops/fleet.cjs", ...args], { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
};

/** The dashboard of a real stack, in a real browser. */
describe("the dashboard", () => {
  let command: ChildProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let url = "";
  const complaints: string[] = [];
  const traffic: string[] = [];
  const row = (part: string, mood: string): string => `tr[data-part="${part}"].${mood}`;
  const view = (hash: string): Promise<unknown> => page.goto(new URL(`/#/${hash}`, url).href);

  before(async () => {
    await removeLeftovers(stack.name);
    mkdirSync(stack.folder, { recursive: true });
    writeFileSync(stack.configFile, config());
    fleet("start", "--stack", stack.name);
    command = spawn(process.execPath, ["ops/fleet.cjs", "dashboard", "--stack", stack.name], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface({ input: command.stdout as NodeJS.ReadableStream })) {
      url = /http:\S+/.exec(line)?.[0] ?? url;
      if (url) break;
    }
    browser = await openBrowser(WITH_NAME);
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("request", (request) => traffic.push(request.url()));
    page.on("response", (response) => {
      if (!/\/(events|logs)/.test(response.url()))
        void response.text().then(
          (text) => traffic.push(text),
          () => undefined,
        );
    });
  });

  after(async () => {
    await browser?.close();
    command?.kill();
    fleet("down", "--stack", stack.name, "--remove-data-of", stack.name);
  });

  it("wants the token, once, and listens on loopback alone", async () => {
    const { origin } = new URL(url);
    assert.match(origin, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await fetch(origin)).status, 401);
    assert.equal((await fetch(`${origin}/events`)).status, 401);
    await page.goto(url);
    await page.waitForURL(`${origin}/`);
    assert.equal((await fetch(url)).status, 401);
    const [cookie] = await context.cookies();
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, "Strict"]);
  });

  it("shows every part with its state, address and image", async () => {
    for (const part of ["postgres", "redis", "migrate", "clear-sessions", "web"])
      await page.waitForSelector(row(`leads/${part}`, "good"));
    assert.match(await page.innerText(".summary"), /all 5 well/);
    assert.equal(await page.getAttribute(`${row("leads/web", "good")} .url`, "href"), "http://localhost:25086");
    await page.click(`${row("leads/web", "good")} .part`);
    const facts = await page.innerText(".details .facts");
    assert.match(facts, /leads_test-dashboard_web/);
    assert.match(facts, /fleet\/leads:development-/);
    assert.match(facts, /Needs\s+leads\/postgres, leads\/redis, leads\/migrate/);
    await page.waitForSelector(".details canvas");
    await page.locator(".details .chart", { hasText: /Memory.*\d MiB/s }).waitFor();
    await page.keyboard.press("Escape");
    await page.waitForSelector(".details", { state: "detached" });
  });

  it("draws what needs what", async () => {
    await view("map");
    assert.equal(await page.locator(".node").count(), 5);
    assert.equal(await page.locator(".connection").count(), 4);
    const node = page.locator('.node[href="#/map/leads/web"]');
    assert.match((await node.textContent()) ?? "", /leads\/web needs .*leads\/migrate.*web . healthy/);
  });

  it("shows a killed service, and the button brings it back", async () => {
    await view("overview/leads/web");
    await page.waitForSelector(row("leads/web", "good"));
    await docker.getContainer(web).kill();
    await page.waitForSelector(row("leads/web", "bad"));
    assert.match(await page.innerText(row("leads/web", "bad")), /stopped\s+exit code 137/);
    assert.match(await page.innerText(".summary"), /1 of 5 down/);
    assert.match(await page.title(), /1 down/);
    await page.click('.details [data-action="restart"]');
    await page.waitForSelector(row("leads/web", "good"));
    await page.waitForSelector(".details .ended:not(.failed)");
  });

  it("shows a removed container as gone", async () => {
    await docker.getContainer("leads_test-dashboard_migrate").remove();
    await view("overview");
    await page.waitForSelector(row("leads/migrate", "bad"));
    assert.match(await page.innerText(row("leads/migrate", "bad")), /gone/);
  });

  it("migrates and takes snapshots, and shows what the commands print", async () => {
    fleet("start", "--stack", stack.name);
    for (const action of ["migrate", "snapshot"]) {
      await page.click(`.card [data-action="${action}"]`);
      await page.waitForSelector(`.card .press:has([data-action="${action}"]) .ended:not(.failed)`);
    }
    await view("activity");
    const text = await page.innerText(".activity");
    assert.match(text, /\.\/fleet migrate leads --stack test-dashboard/);
    assert.match(text, /No migrations to apply/);
    assert.match(text, /\.\/fleet backup --only leads --stack test-dashboard/);
    assert.match(text, /snapshot \S+ of test-dashboard: 2 databases/);
  });

  it("follows the logs, and searches them", async () => {
    await view("logs");
    await print(`print("needle in the log")`);
    await page.waitForSelector('.row:has-text("needle in the log")');
    await page.fill('input[type="search"]', "NEEDLE");
    await page.waitForSelector(".row mark");
    assert.deepEqual(await page.locator(".row mark").allInnerTexts(), ["needle"]);
    assert.match(await page.innerText(".notes"), /^1 of [\d,]+ lines match/);
    await page.click(".row");
    assert.match(await page.innerText(".full"), /leads\/web.*needle in the log/s);
    await page.fill('input[type="search"]', "nowhere to be found");
    await page.waitForSelector("text=No kept line matches.");
    await page.fill('input[type="search"]', "/(/");
    await page.waitForSelector(".notes .dropped");
    await page.fill('input[type="search"]', "");
  });

  it("takes a flood, keeps the newest, and says what has left", async () => {
    await print(`for i in range(30000): print("flood %d %s" % (i, "x" * 60))`);
    await page.waitForSelector('.row:has-text("flood 29999 ")');
    const notes = await page.innerText(".notes");
    const [kept = 0, left = 0] = [...notes.matchAll(/([\d,]+) (?:older )?lines/g)].map(([, figure]) =>
      Number(figure?.replaceAll(",", "")),
    );
    assert.equal(kept, 20_000);
    assert.ok(kept + left > 30_000, notes);
    assert.doesNotMatch(notes, /came faster/);
    assert.ok((await page.locator(".row").count()) < 120, "only what is in sight is in the document");
    await page.fill('input[type="search"]', "flood 29998 ");
    await page.waitForSelector("text=1 of 20,000 lines match");
  });

  it("is usable without sight or mouse, in light and in dark", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const hash of ["overview", "overview/leads/web", "map", "logs", "activity"]) {
        await view(hash);
        await page.waitForSelector("main :is(.card, .map, .logview, .run)");
        assert.deepEqual(await accessibilityProblems(page), [], `${hash}, ${colorScheme}`);
      }
    }
    await view("overview");
    await page.locator(".part").first().focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".details");
  });

  it("asks nothing of any other place, and has nothing to complain of", () => {
    const { origin } = new URL(url);
    const elsewhere = traffic.filter((text) => /^https?:/.test(text) && !text.startsWith(origin));
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(complaints, []);
  });

  it("shows no secret", async () => {
    const values = await secretValues();
    assert.ok(values.includes(PASSWORD));
    const seen = [...traffic, await page.content(), await events()].join("\n");
    assert.match(seen, /SECRET_KEY/, "names are shown");
    for (const value of values) assert.equal(seen.includes(value), false, "a secret's value is shown");
  });

  it("is closed to every other page of the same browser, which has the cookie", async () => {
    const attacker = await Attacker.open(context);
    const [port, body] = [Number(new URL(url).port), JSON.stringify({ action: "restart", target: "leads/web" })];
    const outcome = await attacker.attack({ port, paths: ["/events", "/actions"], body });
    await attacker.close();
    assert.deepEqual([...outcome.read, ...letIn(outcome, { reading: true })], []);
    assert.notDeepEqual(outcome.answered, []);
  });

  it("says so when its command has ended", async () => {
    await view("overview");
    command.kill();
    await page.waitForSelector(".trouble");
    assert.match(await page.innerText(".trouble"), /\.\/fleet dashboard/);
    assert.equal(await page.isDisabled('.card [data-action="migrate"]'), true);
  });

  /** What the page is told at first. */
  const events = async (): Promise<string> => {
    const [cookie] = await context.cookies();
    const stop = new AbortController();
    const headers = { cookie: `${cookie?.name}=${cookie?.value}` };
    const { body } = await fetch(new URL("/events", url), { headers, signal: stop.signal });
    let text = "";
    for await (const piece of body as ReadableStream<Uint8Array>) {
      text += Buffer.from(piece).toString();
      if (/event: (sample|action)/.test(text)) break;
    }
    stop.abort();
    return text;
  };
});

/** dev's, for one system, beside dev, and with a password that can be looked for. */
const config = (): string =>
  readFileSync("Pulumi.dev.yaml", "utf8")
    .replace("  fleet:target: local\n", (line) => `${line}  fleet:systems: [leads]\n  fleet:portOffset: "17000"\n`)
    .replace("  fleet:secrets:\n", (line) => `${line}    leads-postgres-password: ${PASSWORD}\n`);

/** Prints from Python onto the standard output of the web service itself. */
const print = async (program: string): Promise<void> => {
  const source = `import sys; sys.stdout = open("/proc/1/fd/1", "w")\n${program}\nsys.stdout.flush()`;
  const exec = await docker.getContainer(web).exec({ Cmd: ["python", "-c", source], AttachStderr: true });
  const errors: Buffer[] = [];
  for await (const piece of await exec.start({})) errors.push(piece as Buffer);
  assert.equal(Buffer.concat(errors).toString(), "");
};

/** Every value in the containers' environments that is a secret: all that is long and of no dictionary. */
const secretValues = async (): Promise<string[]> => {
  const { Config } = await docker.getContainer(web).inspect();
  const entries = Config.Env.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]);
  const secrets = entries.flatMap(([name = "", value = ""]) => (/SECRET|PASSWORD|_URL$/.test(name) ? [value] : []));
  return [PASSWORD, ...secrets.filter((value) => value.length > 12)];
};
