import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { settingsOf } from "../../ops/stack/config-file";
import { listEverything } from "../../docker/inventory";
import { pickOffset } from "../../ops/start/ports/offset";
import { BACKUP_FIRST } from "../../infra/targets/review-migrations";
import { captureOneOff } from "../../ops/django/one-off";
import { withLocks } from "../../ops/django/migrations/locks";
import { inWords, readReview, type Review } from "../../ops/django/migrations/review";
import { journalFile } from "../../ops/stack/journal";
import { openStack, type RunningStack } from "../../ops/stack/running";
import { stackOf } from "../../ops/stack/stack";
import { stacksOf } from "../../ops/status/stacks";
import { leadsRows, OwnStack } from "./own-stack";
import { commitWithoutSources, HARMFUL, planted, REASONS } from "./planted";

const REVIEW = readFileSync("infra/targets/review_migrations.py", "utf8");

/** Everything that a review says of its migrations, a line for each operation. */
const said = ({ steps }: Review): string[] =>
  steps.flatMap(({ findings, operations }) => [
    ...findings.map(inWords),
    ...operations.map(({ does, findings: own }) => [does, ...own.map((each) => `[${inWords(each)}]`)].join("  ")),
  ]);

/** The day's commands, on one system with Postgres and Redis. */
describe("the commands on a running stack", () => {
  const stack = new OwnStack("test-commands");
  let running: RunningStack;

  before(async () => {
    await stack.removeLeftovers();
    stack.must(["up", "--config", "fleet:systems=[leads]"]);
    running = await openStack("test-commands");
  });
  after(() => stack.remove());

  it("up made it with the systems that it was told and a port offset of its own, and keeps both", async () => {
    const { portOffset, systems } = settingsOf(stack.configFile);
    assert.deepEqual(systems, ["leads"]);
    assert.ok(portOffset !== undefined && portOffset >= 100);
    const another = await pickOffset({ docker: running.docker, stack: stackOf("test-commands-2") });
    assert.notEqual(another, portOffset, "a stack beside it gets another one");
  });

  it("status tells what runs, and where; the address answers", async () => {
    const { parts, migrations } = JSON.parse(stack.must(["status", "--json"]));
    assert.deepEqual(
      parts.map((part: any) => `${part.system}/${part.name} ${part.health}`),
      [
        ...["leads/migrate done", "leads/clear-sessions healthy", "leads/web healthy"],
        ...["leads/postgres healthy", "leads/redis healthy"],
      ],
    );
    const { url } = parts.find(({ name }: any) => name === "web");
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    assert.match(migrations[0].name, /^\w+\.\d{4}_/);
    assert.doesNotMatch(stack.must(["status"]), new RegExp(String.fromCharCode(27)), "plain when piped");
    assert.equal(stack.must(["open", "leads"]).trim(), url);
  });

  it("status fails when something does not run, and restart mends it", async () => {
    await running.docker.getContainer("leads_test-commands_web").kill();
    const { status, stdout } = stack.fleet(["status"]);
    assert.equal(status, 1);
    assert.match(stdout, /leads +web +web +its container is not running/);
    const found = stack.fleet(["doctor"]);
    assert.deepEqual(
      [found.status, /leads_test-commands_web: the container is not running/.test(found.stdout)],
      [1, true],
    );
    assert.equal(stack.must(["restart", "leads/web"]), "leads/web: healthy\n");
    assert.match(stack.must(["doctor"]), /containers: well/);
  });

  it("up puts back what was removed by hand: containers, a one-shot, the network; the rows stay", async () => {
    stack.must(["seed", "leads", "--with", "--count 10"]);
    const before = leadsRows(stack);
    for (const part of ["web", "migrate"])
      await running.docker.getContainer(`leads_test-commands_${part}`).remove({ force: true });
    const network = running.docker.getNetwork("leads_test-commands_network");
    for (const id of Object.keys((await network.inspect()).Containers ?? {}))
      await network.disconnect({ Container: id, Force: true });
    await network.remove();
    stack.must(["up"]);
    const { parts } = JSON.parse(stack.must(["status", "--json"]));
    assert.deepEqual([parts.length, parts.filter(({ isHealthy }: any) => !isHealthy)], [5, []]);
    assert.equal(leadsRows(stack), before);
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

  it("migrate --plan tells what would run; migrate runs it", () => {
    stack.must(["exec", "leads", "python", "manage.py", "migrate", "leads", "zero"]);
    const plan = stack.must(["migrate", "--plan", "leads"]);
    assert.match(plan, /^leads\/migrate: \d+ to apply$/m);
    assert.match(plan, /^ {2}leads\.0001_leads$/m);
    assert.match(plan, /Create model Lead/);
    assert.match(plan, /a backup comes first: leads\.0002_first_sources: not judged: it runs create_sources\(\)/);
    stack.must(["migrate"]);
    const [{ job, review }] = JSON.parse(stack.must(["migrate", "--plan", "--json"]));
    assert.deepEqual([job, review.vendor, review.steps, review.backup], ["leads/migrate", "postgresql", [], []]);
    assert.equal(stack.must(["migrate", "--plan"]), "leads/migrate: nothing to apply\n");
  });

  it("a review says what cannot be undone, in whatever it is wrapped, and that an empty database has nothing to lose", () => {
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
    const command = ["exec", "leads", "sh", "-euc", script, "sh", settings.join("\n"), REVIEW];
    const review = withLocks(readReview(stack.must(command, readFileSync("test/e2e/planted/final.py", "utf8"))));
    assert.deepEqual(said(review), [
      "not judged: what locks, for the rules are those of Postgres, and this is sqlite",
      "Create model Thing",
      "Raw SQL operation",
      "Raw SQL operation  [cannot be undone: nothing takes it back]",
      "Remove field size from Thing  [cannot be undone: taken back it is empty, for its data is gone]",
      "Raw SQL operation  [cannot be undone: nothing takes it back]",
      "Delete model Thing  [cannot be undone: taken back it is empty, for its data is gone]",
    ]);
    assert.deepEqual(review.backup, []);
  });

  it("migrate --from reviews what another commit does not have, and runs the tests of that on the outcome", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-index-"));
    try {
      const base = commitWithoutSources(folder);
      const { status, stdout, stderr } = stack.fleet(["migrate", "--from", base, "--json"]);
      assert.equal(status, 1, stderr);
      const [{ service, reviews, tests }] = JSON.parse(stdout);
      assert.deepEqual(
        [service, said(reviews[0].review)],
        ["leads/web", ["Raw Python operation  [not judged: it runs create_sources()]"]],
      );
      assert.deepEqual(tests, {
        ...{ ref: base, verdict: "fail", failed: ["tests/test_planted.py::test_nobody_has_made_sources"] },
        why: "1 of its tests fail on its own schema too",
      });
      assert.doesNotMatch(stack.must(["db", "shell", "leads"], "\\l\n"), /test_leads/);
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.match(stack.fleet(["migrate", "--from", "HEAD"]).stderr, /leads\/web\n {2}it has the migrations of HEAD/);
  });

  it("a migration that waits for a lock gives up after some seconds", async () => {
    const script =
      "from django.db import connection as c; k = c.cursor(); k.execute('SHOW lock_timeout'); print(*k.fetchone())";
    const command = ["python", "manage.py", "shell", "--verbosity", "0", "--command", script];
    const { stdout } = await captureOneOff({
      docker: running.docker,
      container: "leads_test-commands_migrate",
      command,
    });
    assert.equal(stdout.trim(), "5s");
  });

  it("a job goes on after a review that finds nothing, and touches nothing where a backup comes first", () => {
    const migrate = ["python", "-m", "django", "migrate"];
    const db = (sql: string): string => stack.must(["db", "shell", "leads"], sql);
    db("CREATE SCHEMA planted;\n");
    try {
      const first = planted(stack, {}, ...migrate);
      assert.equal(first.status, 0, first.stderr);
      const harmless = planted(stack, { harmless: true }, "python", "-c", REVIEW, "--", ...migrate);
      assert.equal(harmless.status, 0, harmless.stderr);
      assert.match(harmless.stdout, /Applying planted\.0002_harmless\.\.\. OK/);
      const both = { harmless: true, harmful: true };
      const harmful = planted(stack, both, "python", "-c", REVIEW, "--", ...migrate);
      assert.equal(harmful.status, BACKUP_FIRST, harmful.stderr);
      assert.doesNotMatch(harmful.stdout, /Applying/);
      const review = withLocks(readReview(harmful.stdout));
      assert.deepEqual(said(review), HARMFUL);
      assert.deepEqual(review.backup, REASONS);
      const broken = planted(
        stack,
        both,
        "env",
        "DATABASE_URL=postgres://nobody@postgres/none",
        "python",
        "-c",
        REVIEW,
        "--",
        ...migrate,
      );
      assert.equal(broken.status, BACKUP_FIRST);
      assert.match(readReview(broken.stdout).backup.join(), /^not judged: OperationalError/);
    } finally {
      db("DROP SCHEMA planted CASCADE;\n");
    }
  });

  it("seed fills", () => {
    const before = leadsRows(stack);
    stack.must(["seed", "leads", "--with", "--count 40"]);
    assert.equal(leadsRows(stack), before + 40);
  });

  it("seed makes a user to log in as, with another password each time, and none in a workflow", async () => {
    const { CI } = process.env;
    const seeded = (): string => stack.must(["seed", "leads", "--with", "--count 1"]);
    const passwordIn = (said: string): string =>
      /Log in as prueba with the password ([\w-]{16});/.exec(said)?.[1] ?? "";
    try {
      process.env["CI"] = "true";
      assert.doesNotMatch(seeded(), /Log in/);
      delete process.env["CI"];
      const [first, second] = [seeded(), seeded()];
      assert.notEqual(passwordIn(first), passwordIn(second));
      const admin = /^ {2}(http\S+\/admin\/)$/m.exec(second)?.[1] ?? "";
      assert.equal(await logIn({ admin, password: passwordIn(second) }), 302);
      assert.equal(await logIn({ admin, password: passwordIn(first) }), 200);
    } finally {
      if (CI === undefined) delete process.env["CI"];
      else process.env["CI"] = CI;
    }
  });

  it("manage runs a command once with its exit code, and makes an admin whose password it tells once", async () => {
    const { CI } = process.env;
    delete process.env["CI"];
    try {
      const words = ["manage", "leads", "--", "createsuperuser", "--username", "ana", "--email", "ana@example.com"];
      const [, password = ""] = /Log in as ana with the password ([\w-]{16});/.exec(stack.must(words)) ?? [];
      const [url = ""] = stack.must(["open", "leads"]).trim().split("\n");
      assert.equal(await logIn({ admin: `${url}/admin/`, username: "ana", password }), 302);
      const again = stack.fleet(words);
      assert.deepEqual([again.status, /Log in as/.test(again.stdout)], [1, false]);
      assert.equal(stack.fleet(["manage", "leads", "--", "shell", "-c", "raise SystemExit(7)"]).status, 7);
      const journal = readFileSync(journalFile("test-commands"), "utf8").trim().split("\n");
      const codes = journal.map((line) => (JSON.parse(line) as { exitCode?: number }).exitCode ?? "began");
      assert.deepEqual(codes.slice(-6), ["began", 0, "began", 1, "began", 7]);
      assert.ok(!journal.join("\n").includes(password) && !journal.join("\n").includes("SystemExit"));
    } finally {
      if (CI !== undefined) process.env["CI"] = CI;
    }
  });

  it("test runs a service's Django tests", () => {
    assert.match(stack.must(["test", "leads", "--with", "tests/test_models.py -x"]), /\d+ passed/);
  });

  it("stacks lists it", async () => {
    const row = (await stacksOf(running.docker)).find(({ name }) => name === "test-commands");
    assert.equal(row?.running, 4);
    assert.ok(row && row.bytes > 1 << 20, "its databases take some megabytes");
  });

  describe("down", () => {
    const volumes = async () =>
      (await listEverything(running.docker)).volumes
        .map(({ id }) => id)
        .filter((id) => id.startsWith("leads_test-commands_"));

    it("keeps the data, and removes it when asked to, after a down without it too", async () => {
      assert.match(stack.must(["down"]), /Data that stays: .*leads_test-commands_postgres_data/);
      assert.deepEqual((await volumes()).sort(), [
        "leads_test-commands_postgres_data",
        "leads_test-commands_redis_data",
      ]);
      assert.match(
        stack.must(["down", "--remove-data-of", "test-commands"]),
        /removed the volume leads_test-commands_postgres_data/,
      );
      assert.deepEqual(await volumes(), []);
      assert.equal(existsSync(stack.configFile), false, "nothing of it is left");
    });
  });
});

/** The status of Django's answer: a redirect to whoever is let in, the page again to others. */
type LogIn = { admin: string; username?: string; password: string };

const logIn = async ({ admin, username = "prueba", password }: LogIn): Promise<number> => {
  const page = await fetch(`${admin}login/`);
  const cookie = page.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const csrfmiddlewaretoken = cookie.split("=")[1] ?? "";
  const body = new URLSearchParams({ csrfmiddlewaretoken, username, password });
  const { status } = await fetch(`${admin}login/`, { method: "POST", headers: { cookie }, body, redirect: "manual" });
  return status;
};
