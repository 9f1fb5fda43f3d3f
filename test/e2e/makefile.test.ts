import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { OwnStack } from "./own-stack";

/** Every target of services/callcenter/Makefile, on a stack of callcenter alone. */
describe("callcenter's make targets", () => {
  const stack = new OwnStack("test-make", [
    "fleet:systems: [callcenter]",
    'fleet:portOffset: "34600"',
    "fleet:mariadb: true",
  ]);
  const seen = new Set<string>();

  before(() => stack.removeLeftovers());
  after(() => stack.remove());

  const make = (target: string, { args = "", input = "", env = {} } = {}) => {
    seen.add(target);
    const all = ["--no-print-directory", "-C", "services/callcenter", target, "STACK=test-make", `ARGS=${args}`];
    const { status, stdout, stderr } = spawnSync("make", all, {
      encoding: "utf8",
      input,
      env: { ...process.env, ...env },
    });
    return { status, stdout, output: stdout + stderr };
  };
  const must = (target: string, of: Parameters<typeof make>[1] = {}): string => {
    const { status, output } = make(target, of);
    assert.equal(status, 0, output);
    return output;
  };

  it("run starts the stack; a second time it changes nothing", () => {
    assert.match(must("run"), /callcenter +web +http:\/\/localhost:42600 +healthy/);
    assert.match(must("run"), /unchanged/);
  });

  it("install-* find every layer in place, each time", () => {
    for (const layer of ["base", "dev", "test"])
      for (let round = 0; round < 2; round++)
        assert.equal(must(`install-${layer}`), `callcenter ${layer}: installed\n`);
    assert.match(must("install-all"), /base: installed\n.*dev: installed\n.*test: installed\n$/);
  });

  it("migrate, migrate-mariadb and migrate-all have nothing left to do", () => {
    for (const target of ["migrate", "migrate-mariadb"]) {
      const said = must(target);
      assert.match(said, /No migrations to apply/);
      assert.match(said, new RegExp(`^callcenter/${target}$`, "m"));
    }
    assert.match(must("migrate-all"), /callcenter\/migrate\n[^]*callcenter\/migrate-mariadb\n/);
    assert.match(must("migrate", { args: "--plan" }), /callcenter\/migrate: nothing to apply/);
  });

  it("shell, db-shell, check and superuser work", () => {
    assert.match(must("shell", { input: "print(6 * 7)\n" }), /42/);
    assert.match(must("db-shell", { input: "SELECT current_user;\n" }), /django_user/);
    assert.match(must("check"), /no issues/);
    const env = {
      DJANGO_SUPERUSER_USERNAME: "ana",
      DJANGO_SUPERUSER_EMAIL: "ana@example.com",
      DJANGO_SUPERUSER_PASSWORD: "a-word-of-hers",
    };
    assert.match(must("superuser", { args: "--noinput", env }), /Superuser created/);
    const again = make("superuser", { args: "--noinput", env });
    assert.deepEqual([again.status === 0, /already taken/.test(again.output)], [false, true]);
  });

  it("db-reset asks first, and empties", () => {
    const users = () => must("db-shell", { input: "\\t\nSELECT count(*) FROM auth_user;\n" });
    const refused = make("db-reset", { input: "no\n" });
    assert.deepEqual([refused.status === 0, /"no" is not test-make/.test(refused.output)], [false, true]);
    assert.match(users(), /\b1\b/);
    assert.match(must("db-reset", { input: "test-make\n" }), /to undo this: \.\/fleet restore before-reset-/);
    assert.match(users(), /\b0\b/);
  });

  it("test, test-fast and test-cov run the Django tests", () => {
    for (const target of ["test", "test-fast", "test-cov"]) assert.match(must(target), /\d+ passed/);
    assert.ok(existsSync(".fleet/coverage/callcenter/index.html"));
    assert.match(must("test", { args: "-k agents" }), /\d+ passed, \d+ deselected/);
  });

  it("lint finds no fault, and format mends one", () => {
    assert.match(must("lint"), /All checks passed[^]*no issues found/);
    const file = "services/callcenter/config/views.py";
    const text = readFileSync(file, "utf8");
    try {
      writeFileSync(file, `${text}\n\n\n\nx   =  [ 1,2 ]\n`);
      assert.notEqual(make("lint").status, 0);
      must("format");
      assert.match(readFileSync(file, "utf8"), /\n\n\nx = \[1, 2\]\n$/);
    } finally {
      writeFileSync(file, text);
    }
  });

  it("ps, logs and restart", () => {
    assert.match(must("ps"), /stack test-make: \d+ of \d+ well/);
    assert.match(must("logs", { args: "--tail 1" }), /callcenter\/web +\| /);
    assert.equal(must("restart"), "callcenter/web: healthy\n");
  });

  it("mariadb-down and mariadb-up switch it, each as often as wanted; its migrations say when it is off", () => {
    for (let round = 0; round < 2; round++) must("mariadb-down");
    assert.doesNotMatch(must("ps"), /db_mariadb/);
    const off = make("migrate-mariadb");
    assert.notEqual(off.status, 0);
    assert.match(
      off.output,
      /callcenter\/migrate-mariadb: is not in this stack: its database is on demand, and off\n +cure: \.\/fleet mariadb on --stack test-make/,
    );
    for (let round = 0; round < 2; round++) must("mariadb-up");
    assert.match(must("ps"), /db_mariadb +datastore +healthy/);
  });

  it("clean removes caches and reports", () => {
    mkdirSync("services/callcenter/config/__pycache__", { recursive: true });
    for (let round = 0; round < 2; round++) must("clean");
    assert.equal(existsSync("services/callcenter/config/__pycache__"), false);
    assert.equal(existsSync(".fleet/coverage/callcenter"), false);
  });

  it("help lists them, and all of them were tried", () => {
    const listed = must("help")
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    assert.deepEqual(
      listed.filter((target) => !seen.has(target ?? "")),
      [],
    );
    assert.equal(listed.length, 25);
  });
});
