import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync, chmodSync } from "node:fs";
import path from "node:path";
import { imageLabels, imagePrefix, removeAll, start, type TestContainer } from "./container";

/** Where the official images are used there may be no stand-in to test. */
const needs = (image: string): void => {
  before(async function () {
    if ((await imageLabels(image)) === undefined) this.skip();
  });
  if (imagePrefix)
    it("says that it is a stand-in", async () => {
      assert.equal((await imageLabels(image))?.["dev.fleet.stand-in"], "true");
    });
};

/** A folder with files that a container may read whoever it runs as. */
const withFiles = (files: Record<string, string>): string => {
  const folder = mkdtempSync("/var/tmp/fleet-test-");
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  after(() => rmSync(folder, { recursive: true }));
  return folder;
};

const succeeds = async (container: TestContainer, ...command: string[]): Promise<string> => {
  const { code, output } = await container.exec(...command);
  assert.equal(code, 0, `${command.join(" ")}: ${output}`);
  return output;
};

describe("the base images keep the official images' contract", function () {
  this.timeout(120_000);
  after(removeAll);

  describe("postgres:15-bookworm", () => {
    const image = "postgres:15-bookworm";
    needs(image);
    const folder = withFiles({ password: "s'ecret\n", "10_first.sql": "CREATE TABLE first (id int);" });
    let postgres: TestContainer;

    before(async () => {
      postgres = await start({
        image,
        env: {
          POSTGRES_USER: "django_user",
          POSTGRES_PASSWORD_FILE: "/given/password",
          POSTGRES_DB: "callcenterdb",
          POSTGRES_INITDB_ARGS: "--encoding=UTF8 --locale=en_US.UTF-8",
        },
        command: ["-c", "max_connections=42"],
        files: { [folder]: "/given", [path.join(folder, "10_first.sql")]: "/docker-entrypoint-initdb.d/10_first.sql" },
      });
      await postgres.until("pg_isready", "-h", "127.0.0.1", "-U", "django_user");
    });

    const query = (sql: string, ...more: string[]): Promise<string> =>
      succeeds(postgres, "psql", "-h", "127.0.0.1", "-U", "django_user", "-d", "callcenterdb", "-Atc", sql, ...more);

    it("makes the database as the environment says, and trusts 127.0.0.1", async () => {
      const database =
        "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'callcenterdb'";
      assert.equal(await query(database), "UTF8|en_US.UTF-8");
      assert.equal(await query("SHOW server_version_num").then((version) => version.slice(0, 2)), "15");
    });

    it("sorts as en_US does, not as C does", async () => {
      assert.equal(await query("SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['B', 'a']) x"), "aB");
    });

    it("hands arguments to the server, which is process 1 of user 999", async () => {
      assert.equal(await query("SHOW max_connections"), "42");
      assert.match(await succeeds(postgres, "cat", "/proc/1/cmdline"), /^postgres\0-c\0/);
      assert.match(await succeeds(postgres, "stat", "-c", "%u:%g", "/proc/1"), /^999:999/);
    });

    it("asks clients from the network for the password", async () => {
      const client = [
        "psql",
        "-h",
        await postgres.address(),
        "-U",
        "django_user",
        "-d",
        "callcenterdb",
        "-wAtc",
        "SELECT 7",
      ];
      assert.match((await postgres.exec(...client)).output, /no password supplied/);
      assert.equal(await succeeds(postgres, "env", "PGPASSWORD=s'ecret", ...client), "7");
    });

    it("runs what lies in docker-entrypoint-initdb.d on the first boot only, and keeps rows across a stop", async () => {
      await query("INSERT INTO first VALUES (1)");
      assert.equal(await postgres.stop(), 0);
      await postgres.start();
      await postgres.until("pg_isready", "-h", "127.0.0.1");
      assert.equal(await query("SELECT count(*) FROM first"), "1");
      assert.match(await postgres.logs(), /Skipping initialization/);
    });

    it("refuses to begin without a password, and says which variable", async () => {
      const nameless = await start({ image });
      assert.equal(await nameless.exited(), 1);
      assert.match(await nameless.logs(), /POSTGRES_PASSWORD/);
    });
  });

  describe("postgis/postgis:15-3.3", () => {
    needs("postgis/postgis:15-3.3");

    it("has PostGIS 3.3 in the first database and in a template", async () => {
      const env = { POSTGRES_PASSWORD: "x", POSTGRES_DB: "places" };
      const postgis = await start({ image: "postgis/postgis:15-3.3", env });
      await postgis.until("pg_isready", "-h", "127.0.0.1");
      const near = "SELECT ST_DWithin('POINT(-77 -12)'::geography, 'POINT(-77.001 -12)'::geography, 200)";
      const psql = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-Atc"];
      assert.equal(await succeeds(postgis, ...psql, near, "places"), "t");
      assert.match(await succeeds(postgis, ...psql, "SELECT postgis_lib_version()", "template_postgis"), /^3\.3\./);
    });
  });

  describe("mariadb:11", () => {
    const image = "mariadb:11";
    needs(image);
    const folder = withFiles({ "init.sql": "ALTER USER IF EXISTS 'django_user'@'%' IDENTIFIED BY 'changed';\n" });
    let mariadb: TestContainer;

    before(async () => {
      mariadb = await start({
        image,
        env: {
          MARIADB_ROOT_PASSWORD: "root'pass\\",
          MARIADB_DATABASE: "callcenterdb_maria",
          MARIADB_USER: "django_user",
          MARIADB_PASSWORD: "django_pass",
        },
        command: [
          "--character-set-server=utf8mb4",
          "--collation-server=utf8mb4_unicode_ci",
          "--init-file=/given/init.sql",
        ],
        files: { [folder]: "/given" },
      });
      await mariadb.until("healthcheck.sh", "--connect", "--innodb_initialized");
    });

    const query = (sql: string, { user = "django_user", password = "changed" } = {}) =>
      mariadb.exec("mariadb", "-h127.0.0.1", `-u${user}`, `-p${password}`, "-BNe", sql, "callcenterdb_maria");

    it("makes database and user, and runs --init-file after that", async () => {
      assert.deepEqual(await query("SELECT @@collation_database, current_user()"), {
        code: 0,
        output: "utf8mb4_unicode_ci\tdjango_user@%",
      });
      assert.match((await query("SELECT 1", { password: "django_pass" })).output, /Access denied/);
    });

    it("lets root in with the password only", async () => {
      assert.equal((await query("SELECT 3", { user: "root", password: "root'pass\\" })).output, "3");
      const { code, output } = await mariadb.exec("mariadb", "-h127.0.0.1", "-uroot", "-BNe", "SELECT 4");
      assert.notEqual(code, 0, output);
    });

    it("knows time zones, and runs as process 1 of user 999", async () => {
      const lima = "SELECT convert_tz('2026-01-01 12:00:00', 'UTC', 'America/Lima')";
      assert.equal((await query(lima)).output, "2026-01-01 07:00:00");
      assert.match(await succeeds(mariadb, "cat", "/proc/1/cmdline"), /^mariadbd\0/);
      assert.match(await succeeds(mariadb, "stat", "-c", "%u:%g", "/proc/1"), /^999:999/);
    });

    it("keeps rows across a stop, and its health check knows which checks there are", async () => {
      await query("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");
      assert.equal(await mariadb.stop(), 0);
      await mariadb.start();
      await mariadb.until("healthcheck.sh", "--connect", "--innodb_initialized");
      assert.equal((await query("SELECT count(*) FROM kept")).output, "1");
      assert.equal((await mariadb.exec("healthcheck.sh", "--no_such_check")).code, 1);
    });

    it("is not healthy while the server of the first boot runs", async () => {
      const folder = withFiles({ "slow.sh": "healthcheck.sh --connect && echo TOO EARLY || echo not yet\n" });
      const env = { MARIADB_ROOT_PASSWORD: "x" };
      const slow = await start({ image, env, files: { [folder]: "/docker-entrypoint-initdb.d" } });
      await slow.until("healthcheck.sh", "--connect", "--innodb_initialized");
      assert.match(await slow.logs(), /not yet/);
    });

    it("refuses to begin without a root password, and says which variable", async () => {
      const nameless = await start({ image });
      assert.equal(await nameless.exited(), 1);
      assert.match(await nameless.logs(), /MARIADB_ROOT_PASSWORD/);
    });

    it("refuses arguments that the server refuses, with its words", async () => {
      const wrong = await start({ image, env: { MARIADB_ROOT_PASSWORD: "x" }, command: ["--no-such-option"] });
      assert.equal(await wrong.exited(), 1);
      assert.match(await wrong.logs(), /unknown option '--no-such-option'/);
    });
  });

  describe("redis:7-bookworm", () => {
    const image = "redis:7-bookworm";
    needs(image);

    it("is reachable from the network, keeps what it appended, and runs as process 1 of user 999", async () => {
      const redis = await start({ image, command: ["redis-server", "--appendonly", "yes"] });
      await redis.until("redis-cli", "ping");
      assert.equal(await succeeds(redis, "redis-cli", "-h", await redis.address(), "set", "key", "kept"), "OK");
      assert.match(await succeeds(redis, "cat", "/proc/1/cmdline"), /^redis-server/);
      assert.match(await succeeds(redis, "stat", "-c", "%u:%g", "/proc/1"), /^999:999/);
      assert.equal(await redis.stop(), 0);
      await redis.start();
      await redis.until("redis-cli", "ping");
      assert.match(await succeeds(redis, "redis-cli", "get", "key"), /kept/);
    });

    it("takes bare options, a configuration file, and another command", async () => {
      const folder = withFiles({ "own.conf": "maxmemory 11mb\n" });
      const bare = await start({ image, command: ["--maxmemory", "10mb"] });
      const own = await start({ image, command: ["/given/own.conf"], files: { [folder]: "/given" } });
      const other = await start({ image, command: ["redis-cli", "--version"] });
      for (const [redis, bytes] of [
        [bare, 10 << 20],
        [own, 11 << 20],
      ] as const) {
        await redis.until("redis-cli", "ping");
        const address = await redis.address();
        assert.match(
          await succeeds(redis, "redis-cli", "-h", address, "config", "get", "maxmemory"),
          RegExp(`${bytes}`),
        );
      }
      assert.equal(await other.exited(), 0);
      assert.match(await other.logs(), /redis-cli 7\./);
    });
  });

  describe("localstack/localstack:4.14.0", () => {
    needs("localstack/localstack:4.14.0");

    it("delivers what is published on a topic to the queue that subscribes", async () => {
      const localstack = await start({ image: "localstack/localstack:4.14.0", env: { SERVICES: "sns,sqs" } });
      await localstack.until("curl", "-fsS", "http://localhost:4566/_localstack/health");
      const ask = (service: string, action: string, values: Record<string, string> = {}): Promise<string> =>
        succeeds(
          localstack,
          ...["curl", "-fsS", "http://localhost:4566/"],
          ...["-H", `Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request`],
          ...Object.entries({ Action: action, ...values }).flatMap(([name, value]) => [
            "--data-urlencode",
            `${name}=${value}`,
          ]),
        );
      const between = (text: string, tag: string): string =>
        RegExp(`<${tag}>(.*?)</${tag}>`, "s").exec(text)?.[1] ?? "";

      const topic = between(await ask("sns", "CreateTopic", { Name: "promos" }), "TopicArn");
      const queue = between(await ask("sqs", "CreateQueue", { QueueName: "promos" }), "QueueUrl");
      const endpoint = "arn:aws:sqs:us-east-1:000000000000:promos";
      await ask("sns", "Subscribe", { TopicArn: topic, Protocol: "sqs", Endpoint: endpoint });
      await ask("sns", "Publish", { TopicArn: topic, Message: "half price" });
      const received = await ask("sqs", "ReceiveMessage", { QueueUrl: queue, WaitTimeSeconds: "5" });
      assert.match(received, /half price/);
    });
  });

  describe("python:3.13-slim-trixie", () => {
    const image = "python:3.13-slim-trixie";
    needs(image);
    let python: TestContainer;

    before(async () => {
      python = await start({ image, command: ["sleep", "600"] });
    });

    it("has python 3.13 and pip on PATH, the headers, and no lock on its packages", async () => {
      assert.match(await succeeds(python, "python", "--version"), /^Python 3\.13\./);
      assert.equal(await succeeds(python, "sh", "-c", "command -v python"), "/usr/local/bin/python");
      const header =
        "import pathlib, sysconfig; print(pathlib.Path(sysconfig.get_path('include'), 'Python.h').exists())";
      assert.equal(await succeeds(python, "python", "-c", header), "True");
      await succeeds(python, "pip", "install", "-q", "--root-user-action=ignore", "sqlparse==0.5.4");
    });

    it("makes virtual environments", async () => {
      await succeeds(python, "python", "-m", "venv", "/tmp/venv");
      assert.match(await succeeds(python, "/tmp/venv/bin/pip", "--version"), /python 3\.13/);
    });

    it("installs Debian packages", async () => {
      await succeeds(python, "sh", "-c", "apt-get update -qq && apt-get install -y -qq --no-install-recommends libpq5");
    });
  });
});
