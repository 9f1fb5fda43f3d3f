import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFileSync, cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { settingsOf } from "../../ops/stack/config-file";
import { listEverything } from "../../docker/inventory";
import { pickOffset } from "../../ops/start/ports/offset";
import { text } from "../../ops/commands/migrate";
import type { Step } from "../../ops/django/migrations/plan";
import { openStack, type RunningStack } from "../../ops/stack/running";
import { listSnapshots, snapshotFolder } from "../../ops/data/snapshots/manifest";
import { stackOf } from "../../ops/stack/stack";
import { stacksOf } from "../../ops/status/stacks";
import { checksums } from "./checksums";
import { OwnStack } from "./own-stack";
import { eventually } from "./project";

/** The day's commands, on one system with Postgres and Redis. */
describe("the commands on a running stack", () => {
  const stack = new OwnStack("cmds");
  let running: RunningStack;

  before(async () => {
    stack.must(["up", "--config", "fleet:systems=[leads]"]);
    running = await openStack("cmds");
  });
  after(() => stack.remove());

  const count = (): number =>
    Number(stack.must(["db", "shell", "leads"], "\\t\nSELECT count(*) FROM leads_lead;\n").match(/\d+/)?.[0]);

  it("up made it with the systems that it was told and a port offset of its own, and keeps both", async () => {
    const { portOffset, systems } = settingsOf(stack.configFile);
    assert.deepEqual(systems, ["leads"]);
    assert.ok(portOffset !== undefined && portOffset >= 100);
    const another = await pickOffset({ docker: running.docker, stack: stackOf("cmds2") });
    assert.notEqual(another, portOffset, "a stack beside it gets another one");
  });

  it("status tells what runs, and where; the address answers", async () => {
    const { parts, migrations } = JSON.parse(stack.must(["status", "--json"]));
    assert.deepEqual(
      parts.map((part: any) => `${part.system}/${part.name} ${part.health}`),
      ["leads/migrate done", "leads/web healthy", "leads/postgres healthy", "leads/redis healthy"],
    );
    assert.equal((await fetch(`${parts[1].url}/healthz`)).status, 200);
    assert.match(migrations[0].name, /^\w+\.\d{4}_/);
    assert.doesNotMatch(stack.must(["status"]), new RegExp(String.fromCharCode(27)), "plain when piped");
    assert.equal(stack.must(["open", "leads"]).trim(), parts[1].url);
  });

  it("status fails when something does not run, and restart mends it", async () => {
    await running.docker.getContainer("leads_cmds_web").kill();
    const { status, stdout } = stack.fleet(["status"]);
    assert.equal(status, 1);
    assert.match(stdout, /leads +web +web +its container is not running/);
    const found = stack.fleet(["doctor"]);
    assert.deepEqual([found.status, /leads_cmds_web: the container is not running/.test(found.stdout)], [1, true]);
    assert.equal(stack.must(["restart", "leads/web"]), "leads/web: healthy\n");
    assert.match(stack.must(["doctor"]), /containers: well/);
  });

  it("up puts back what was removed by hand: containers, a one-shot, the network; the rows stay", async () => {
    stack.must(["seed", "leads", "--with", "--count 10"]);
    const before = count();
    for (const part of ["web", "migrate"])
      await running.docker.getContainer(`leads_cmds_${part}`).remove({ force: true });
    const network = running.docker.getNetwork("leads_cmds_network");
    for (const id of Object.keys((await network.inspect()).Containers ?? {}))
      await network.disconnect({ Container: id, Force: true });
    await network.remove();
    stack.must(["up"]);
    const { parts } = JSON.parse(stack.must(["status", "--json"]));
    assert.deepEqual([parts.length, parts.filter(({ isHealthy }: any) => !isHealthy)], [4, []]);
    assert.equal(count(), before);
    assert.match(stack.must(["doctor"]), /containers: well/);
  });

  it("exec passes input, output and exit code on", () => {
    const script = "import sys; print(sys.stdin.read().upper()); print('bad', file=sys.stderr); sys.exit(7)";
    const said = stack.fleet(["exec", "leads", "python", "-c", script], "ñandú");
    assert.deepEqual([said.status, said.stdout, said.stderr], [7, "ÑANDÚ\n", "bad\n"]);
  });

  it("db shell speaks to each datastore", () => {
    assert.match(stack.must(["db", "shell", "leads"], "SELECT current_user;\n"), /^ leads$/m);
    assert.equal(stack.must(["db", "shell", "leads/redis"], "PING\n"), "PONG\n");
  });

  it("migrate --plan tells what would run and what is final; migrate runs it", () => {
    stack.must(["exec", "leads", "python", "manage.py", "migrate", "leads", "zero"]);
    const plan = stack.must(["migrate", "--plan", "leads"]);
    assert.match(plan, /^leads\/migrate: \d+ to apply$/m);
    assert.match(plan, /^ {2}leads\.0001_leads$/m);
    assert.match(plan, /Create model Lead/);
    stack.must(["migrate"]);
    assert.deepEqual(JSON.parse(stack.must(["migrate", "--plan", "--json"])), [{ job: "leads/migrate", steps: [] }]);
  });

  it("migrate --plan tells what is final, in whatever it is wrapped", () => {
    // As for a migration of contenttypes, in a project of its own: a service's own migrations can all be undone.
    const settings = [
      'SECRET_KEY = "none"',
      'INSTALLED_APPS = ["django.contrib.contenttypes"]',
      'MIGRATION_MODULES = {"contenttypes": "planned"}',
      'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}',
    ];
    const script = `
      mkdir -p /tmp/final/planned && cd /tmp/final && touch planned/__init__.py
      cat > planned/0001_final.py && printf '%s\\n' "$1" > settings.py
      DJANGO_SETTINGS_MODULE=settings exec python -c "$2"`;
    const plan = readFileSync("ops/django/migrations/plan.py", "utf8");
    const command = ["exec", "leads", "sh", "-euc", script, "sh", settings.join("\n"), plan];
    const steps: Step[] = JSON.parse(stack.must(command, readFileSync("test/e2e/final-migration.py", "utf8")));
    assert.deepEqual(
      steps.flatMap(({ operations }) => operations.map(({ does, final }) => `${does} [${final}]`)),
      [
        "Create model Thing []",
        "Raw SQL operation []",
        "Raw SQL operation [cannot be undone]",
        "Remove field size from Thing [undone it comes back empty: its data is gone]",
        "Raw SQL operation [cannot be undone]",
        "Delete model Thing [undone it comes back empty: its data is gone]",
      ],
    );
    assert.match(
      text({ job: "leads/migrate", steps }),
      /Raw SQL operation {2}\[cannot be undone\]\n.*4 of it cannot be/s,
    );
  });

  it("seed fills", () => {
    const before = count();
    stack.must(["seed", "leads", "--with", "--count 40"]);
    assert.equal(count(), before + 40);
  });

  it("test runs a service's Django tests", () => {
    assert.match(stack.must(["test", "leads", "--with", "tests/test_models.py -x"]), /\d+ passed/);
  });

  it("stacks lists it", async () => {
    const row = (await stacksOf(running.docker)).find(({ name }) => name === "cmds");
    assert.equal(row?.running, 3);
    assert.ok(row && row.bytes > 1 << 20, "its databases take some megabytes");
  });

  describe("logs", () => {
    const SECONDS = 3;
    const RATE = 10_000;

    /** Prints numbered lines at a rate, from the service's own process, so that the engine takes them for its log. */
    const load = `
import time
with open("/proc/1/fd/1", "w") as log:
    began = time.monotonic()
    for batch in range(${SECONDS * 100}):
        for line in range(${RATE / 100}):
            number = batch * ${RATE / 100} + line
            log.write(f"load {number} {'x' * 80}\\n")
        log.flush()
        time.sleep(max(0, began + (batch + 1) / 100 - time.monotonic()))
`;

    it("loses no line of ten thousand a second, and shows each once, in order", async () => {
      const logs = stack.start(["logs", "leads/web", "--follow", "--tail", "0", "--grep", "^load "]);
      const seen: number[] = [];
      const enough = new Promise<void>((done) =>
        createInterface({ input: logs.stdout! }).on("line", (line) => {
          seen.push(Number(/load (\d+)/.exec(line)?.[1]));
          if (seen.length === SECONDS * RATE) done();
        }),
      );
      await sleep(2000);
      stack.must(["exec", "leads", "python", "-c", load]);
      await Promise.race([enough, sleep(30_000)]);
      logs.kill();
      assert.equal(seen.length, SECONDS * RATE);
      assert.ok(seen.every((number, index) => number === index));
      // What the engine kept is there too, though its files were rotated under way.
      const kept = stack.must(["logs", "leads/web", "--grep", "^load "]).trim().split("\n");
      assert.equal(kept.at(-1)?.includes(`load ${SECONDS * RATE - 1} `), true);
    });

    it("follows a service into its next life", async () => {
      const logs = stack.start(["logs", "leads/web", "--follow", "--tail", "0", "--json"]);
      const lines = createInterface({ input: logs.stdout! });
      await sleep(1500);
      const booted = new Promise<any>((done) =>
        lines.on("line", (line) => line.includes("Booting worker") && done(JSON.parse(line))),
      );
      stack.must(["restart", "leads/web"]);
      assert.equal((await booted).service, "leads/web");
      logs.kill();
      await once(logs, "exit");
    });
  });

  describe("snapshots", () => {
    let filled: Record<string, string>;

    before(async () => {
      stack.must(
        ["db", "shell", "leads/redis"],
        "SET drill yes\nRPUSH list a b c\nHSET hash f v\nEXPIRE hash 100000\n",
      );
      filled = await checksums(running);
      assert.ok(count() > 0);
      stack.must(["backup", "whole"]);
    });

    const wipe = (): void => {
      stack.must(["db", "shell", "leads"], "DROP TABLE leads_lead CASCADE; DELETE FROM django_migrations;\n");
      stack.must(["db", "shell", "leads/redis"], "FLUSHALL\n");
    };

    it("bring back what was wiped, to the last row, while the service works on", async () => {
      wipe();
      assert.notDeepEqual(await checksums(running), filled);
      stack.must(["restore", "whole", "--yes"]);
      assert.deepEqual(await checksums(running), filled);
      const { url } = running.services.find(({ service }) => service === "web")!;
      await eventually(
        () => fetch(`${url}/ready/`),
        ({ status }) => status === 200,
        10,
      );
    });

    it("survive a kill of Redis right after", async () => {
      const redis = running.docker.getContainer("leads_cmds_redis");
      await redis.kill();
      await redis.start();
      await eventually(
        () => checksums(running),
        (now) => now["leads/redis"] === filled["leads/redis"],
      );
    });

    it("are refused when damaged or foreign, and nothing is touched", async () => {
      const whole = snapshotFolder({ stack: "cmds", name: "whole" });
      const copy = snapshotFolder({ stack: "cmds", name: "copy" });
      const file = path.join(whole, "leads-redis.rdb");
      const bytes = readFileSync(file);
      cpSync(whole, copy, { recursive: true });
      appendFileSync(file, "x");
      for (const [name, message] of [
        ["whole", /damaged: leads-redis\.rdb has/],
        ["copy", /foreign: it was taken as whole/],
        ["nothing", /there is no snapshot of this name of cmds/],
      ] as const) {
        const { status, stderr } = stack.fleet(["restore", name, "--yes"]);
        assert.equal(status, 1);
        assert.match(stderr, /nothing was touched/);
        assert.match(stderr, message);
      }
      assert.equal(stack.fleet(["snapshots", "--verify"]).status, 1);
      writeFileSync(file, bytes);
      stack.must(["snapshots", "--remove", "copy"]);
      stack.must(["snapshots", "--verify"]);
      assert.deepEqual(await checksums(running), filled);
    });

    it("reset asks first", async () => {
      for (const answer of ["", "yes\n", "dev\n"]) {
        const { status, stderr } = stack.fleet(["reset"], answer);
        assert.equal(status, 1);
        assert.match(stderr, /This empties leads\/postgres\/leads, leads\/redis\/all of cmds/);
        assert.match(stderr, /cure: type cmds when asked, or add --yes/);
      }
      assert.deepEqual(await checksums(running), filled);
    });

    it("reset empties, migrates, and can be undone", async () => {
      stack.must(["reset"], "cmds\n");
      assert.equal(count(), 0);
      const { State } = await running.docker.getContainer("leads_cmds_web").inspect();
      assert.equal(State.Running, true, "its service works again");
      const name = listSnapshots("cmds").at(-1)?.name ?? "";
      assert.match(name, /^before-reset-/);
      stack.must(["restore", name, "--yes"]);
      assert.deepEqual(await checksums(running), filled);
    });

    for (const afterMs of [300, 600, 900, 1200, 1800])
      it(`a reset that is killed after ${afterMs} ms loses nothing`, async () => {
        const reset = stack.start(["reset", "--yes"]);
        const ended = once(reset, "exit");
        await sleep(afterMs);
        reset.kill("SIGKILL");
        await ended;
        // What a killed command began in a container goes on to its end.
        await sleep(1500);
        const now = await checksums(running);
        const newest = listSnapshots("cmds").at(-1)?.name ?? "";
        if (now["leads/postgres/leads/public.leads_lead"] !== filled["leads/postgres/leads/public.leads_lead"])
          assert.match(newest, /^before-reset-/, "emptied only once the snapshot is whole");
        stack.must(["restore", newest, "--yes"]);
        assert.deepEqual(await checksums(running), filled);
      });
  });

  describe("down", () => {
    const volumes = async () =>
      (await listEverything(running.docker)).volumes.map(({ id }) => id).filter((id) => id.startsWith("leads_cmds_"));

    it("keeps the data, and removes it when asked to, after a down without it too", async () => {
      assert.match(stack.must(["down"]), /Data that stays: .*leads_cmds_postgres_data/);
      assert.deepEqual((await volumes()).sort(), ["leads_cmds_postgres_data", "leads_cmds_redis_data"]);
      assert.match(stack.must(["down", "--remove-data-of", "cmds"]), /removed the volume leads_cmds_postgres_data/);
      assert.deepEqual(await volumes(), []);
      assert.equal(existsSync(stack.configFile), false, "nothing of it is left");
    });
  });
});
