import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { datastoresOf } from "../../../ops/stack/running";
import { publishedPlan } from "../published";
import {
  listSnapshots,
  MANIFEST,
  readManifest,
  sealed,
  snapshotFolder,
  snapshotsFolder,
  type Manifest,
} from "../../../ops/data/snapshots/manifest";
import { unitId, unitsOf } from "../../../ops/data/snapshots/units";
import { verify } from "../../../ops/data/snapshots/verify";

const STACK = "verify-test";
const containers = new Set(
  ["leads_S_postgres", "leads_S_redis", "booking_S_postgres", "marketplace_S_localstack"].map((name) =>
    name.replace("S", STACK),
  ),
);
const units = unitsOf(datastoresOf({ plan: publishedPlan({ stack: STACK }), containers }));

const contents = "a dump";
const entry = (datastore: string, database: string, format: string, file: string): Manifest["entries"][number] => ({
  system: "leads",
  datastore,
  database,
  format,
  file,
  bytes: contents.length,
  sha256: createHash("sha256").update(contents).digest("hex"),
});
const whole = {
  version: 1,
  project: "fleet",
  stack: STACK,
  name: "one",
  takenAt: "2026-11-24T09:00:00.000Z",
  entries: [
    entry("postgres", "leads", "postgres 15 glibc", "leads-postgres-leads.dump"),
    entry("redis", "all", "redis 7 glibc", "leads-redis.rdb"),
  ],
} as const;

const write = (manifest: Parameters<typeof sealed>[0], name = manifest.name): string => {
  const folder = snapshotFolder({ stack: STACK, name });
  mkdirSync(folder, { recursive: true });
  for (const { file } of manifest.entries) writeFileSync(path.join(folder, file), contents);
  writeFileSync(path.join(folder, MANIFEST), JSON.stringify(sealed(manifest)));
  return folder;
};

const check = (of: { name?: string; only?: string[] } = {}) =>
  verify({ from: STACK, name: of.name ?? "one", units, only: of.only ?? [], into: STACK });

describe("what a snapshot holds", () => {
  it("is every database of every datastore, and no messages", () =>
    assert.deepEqual(units.map(unitId), [
      "leads/postgres/leads",
      "leads/redis/all",
      "booking/postgres/reservas",
      "booking/postgres/usuarios",
    ]));
});

describe("a snapshot, before anything is touched,", () => {
  beforeEach(() => rmSync(snapshotsFolder(STACK), { recursive: true, force: true }));
  after(() => rmSync(snapshotsFolder(STACK), { recursive: true, force: true }));

  it("is taken when it is whole", async () => {
    const folder = write({ ...whole, entries: [...whole.entries] });
    const { problems, verified } = await check();
    assert.deepEqual(problems, []);
    assert.deepEqual(
      verified?.units.map(({ file }) => file),
      ["leads-postgres-leads.dump", "leads-redis.rdb"].map((file) => path.join(folder, file)),
    );
  });

  it("can be taken in part", async () => {
    write({ ...whole, entries: [...whole.entries] });
    const { verified } = await check({ only: ["leads/redis"] });
    assert.deepEqual(
      verified?.units.map(({ unit }) => unitId(unit)),
      ["leads/redis/all"],
    );
  });

  const harmed: [string, (folder: string) => void, RegExp][] = [
    ["a file is missing", (folder) => rmSync(path.join(folder, "leads-redis.rdb")), /leads-redis\.rdb is missing/],
    [
      "a file is cut short",
      (folder) => writeFileSync(path.join(folder, "leads-redis.rdb"), "a dum"),
      /has 5 bytes instead of 6/,
    ],
    [
      "one byte is another",
      (folder) => writeFileSync(path.join(folder, "leads-postgres-leads.dump"), "a dumq"),
      /leads-postgres-leads\.dump does not have its checksum/,
    ],
    [
      "its manifest is gone",
      (folder) => rmSync(path.join(folder, MANIFEST)),
      /manifest is missing, unreadable or was edited/,
    ],
    [
      "its manifest is half",
      (folder) => writeFileSync(path.join(folder, MANIFEST), '{"version": 1'),
      /manifest is missing/,
    ],
    [
      "its manifest was edited",
      (folder) => {
        const file = path.join(folder, MANIFEST);
        writeFileSync(file, readFileSync(file, "utf8").replace("leads-redis.rdb", "other-redis.rdb"));
      },
      /was edited/,
    ],
  ];
  for (const [name, harm, message] of harmed) {
    it(`is refused when ${name}`, async () => {
      harm(write({ ...whole, entries: [...whole.entries] }));
      const { problems, verified } = await check();
      assert.equal(verified, undefined);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.match(problems[0]?.message ?? "", message);
      assert.match(problems[0]?.cure ?? "", /fleet snapshots --verify/);
    });
  }

  it("is refused when a file is a link to another one", async () => {
    const folder = write({ ...whole, entries: [...whole.entries] });
    const file = path.join(folder, "leads-redis.rdb");
    rmSync(file);
    symlinkSync(path.join(folder, "leads-postgres-leads.dump"), file);
    assert.match((await check()).problems[0]?.message ?? "", /leads-redis\.rdb is no plain file/);
  });

  const postgres = whole.entries[0];
  const crafted: [string, Manifest["entries"]][] = [
    ["a file outside of it", [{ ...postgres, file: "../../../secret" }]],
    ["a database whose name is a statement", [{ ...postgres, database: "a`; DROP DATABASE b; --" }]],
    ["one database twice", [postgres, { ...postgres, file: "leads-redis.rdb" }]],
  ];
  for (const [name, entries] of crafted)
    it(`is refused when its manifest names ${name}`, async () => {
      write({ ...whole, entries: [...whole.entries] });
      const folder = snapshotFolder({ stack: STACK, name: "one" });
      writeFileSync(path.join(folder, MANIFEST), JSON.stringify(sealed({ ...whole, entries })));
      assert.match((await check()).problems[0]?.message ?? "", /manifest is missing, unreadable or was edited/);
    });

  for (const database of ["postgres", "template1", "mysql", "leads__before"])
    it(`is refused when it would replace ${database}, which is the server's or a restore's own`, async () => {
      write({ ...whole, entries: [{ ...postgres, database }] });
      assert.match((await check()).problems[0]?.message ?? "", /which verify-test does not run/);
    });

  it("is taken with a database that the published plan does not list, for the user of the server's first one", async () => {
    write({ ...whole, entries: [{ ...postgres, database: "leads_of_before" }] });
    const { problems, verified } = await check();
    assert.deepEqual(problems, []);
    const [only] = verified?.units ?? [];
    assert.deepEqual([only?.unit.database, only?.unit.owner], ["leads_of_before", "leads"]);
  });

  const foreign: [string, Partial<Manifest>, string, RegExp, RegExp][] = [
    [
      "it is another stack's",
      { stack: "other" },
      "one",
      /foreign: it was taken as one of the stack other/,
      /--from other/,
    ],
    ["it is another project's", { project: "boat" }, "one", /of boat/, /put it where it was taken/],
    ["its folder was renamed", {}, "two", /taken as one of/, /restore one/],
    [
      "it is of a newer server",
      { entries: [entry("postgres", "leads", "postgres 16 glibc", "x.dump")] },
      "one",
      /of postgres 16, which postgres 15 cannot read/,
      /postgres 16 or newer/,
    ],
    [
      "it is of another engine",
      { entries: [entry("postgres", "leads", "mariadb 11 glibc", "x.dump")] },
      "one",
      /of mariadb 11, which postgres 15 cannot read/,
      /mariadb 11/,
    ],
    [
      "it holds what does not run",
      { entries: [entry("mysql", "leads", "mariadb 11 glibc", "x.dump")] },
      "one",
      /holds leads\/mysql\/leads, which verify-test does not run/,
      /--only/,
    ],
  ];
  for (const [name, change, folder, message, cure] of foreign) {
    it(`is refused when ${name}`, async () => {
      write({ ...whole, entries: [...whole.entries], ...change }, folder);
      const { problems, verified } = await check({ name: folder });
      assert.equal(verified, undefined);
      assert.match(problems[0]?.message ?? "", message);
      assert.match(problems[0]?.cure ?? "", cure);
    });
  }

  it("is taken where its server is older, or has another C library", async () => {
    write({ ...whole, entries: [entry("postgres", "leads", "postgres 14 musl", "x.dump")] });
    assert.deepEqual((await check()).problems, []);
  });

  it("is refused when it is not there, with the nearest name", async () => {
    write({ ...whole, entries: [...whole.entries] });
    const { problems } = await check({ name: "onee" });
    assert.match(problems[0]?.message ?? "", /no snapshot of this name of verify-test\. Did you mean one\?/);
  });

  it("is refused when it does not hold the part that is asked for", async () => {
    write({ ...whole, entries: [...whole.entries] });
    const { problems } = await check({ only: ["leads", "meet"] });
    assert.deepEqual(
      problems.map(({ message }) => message),
      ["the snapshot one holds no data of meet"],
    );
  });

  it("is listed with its state; what a killed backup left is none", () => {
    write({ ...whole, entries: [...whole.entries] });
    mkdirSync(path.join(snapshotsFolder(STACK), ".two.77"));
    mkdirSync(path.join(snapshotsFolder(STACK), "broken"));
    assert.deepEqual(
      listSnapshots(STACK).map(({ name, manifest }) => [name, manifest !== undefined]),
      [
        ["one", true],
        ["broken", false],
      ],
    );
    assert.equal(readManifest(snapshotFolder({ stack: STACK, name: "one" }))?.name, "one");
    assert.ok(existsSync(snapshotsFolder(STACK)));
  });
});
