import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openStack, type RunningStack } from "../../ops/stack/running";
import { listSnapshots, snapshotFolder } from "../../ops/data/snapshots/manifest";
import { checksums } from "./checksums";
import { leadsRows, OwnStack } from "./own-stack";
import { eventually } from "./project";

describe("snapshots of a running stack", () => {
  const stack = new OwnStack("test-snapshots", ["fleet:systems: [leads]"]);
  let running: RunningStack;
  let filled: Record<string, string>;

  before(async () => {
    await stack.removeLeftovers();
    stack.must(["up"]);
    running = await openStack("test-snapshots");
    stack.must(["seed", "leads", "--with", "--count 40"]);
    stack.must(["db", "shell", "leads/redis"], "SET drill yes\nRPUSH list a b c\nHSET hash f v\nEXPIRE hash 100000\n");
    filled = await checksums(running);
    assert.ok(leadsRows(stack) > 0);
    stack.must(["backup", "whole"]);
  });

  after(() => stack.remove());

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
    const redis = running.docker.getContainer("leads_test-snapshots_redis");
    await redis.kill();
    await redis.start();
    await eventually(
      () => checksums(running),
      (now) => now["leads/redis"] === filled["leads/redis"],
    );
  });

  it("are refused when damaged or foreign, and nothing is touched", async () => {
    const whole = snapshotFolder({ stack: "test-snapshots", name: "whole" });
    const copy = snapshotFolder({ stack: "test-snapshots", name: "copy" });
    const file = path.join(whole, "leads-redis.rdb");
    const bytes = readFileSync(file);
    cpSync(whole, copy, { recursive: true });
    appendFileSync(file, "x");
    for (const [name, message] of [
      ["whole", /damaged: leads-redis\.rdb has/],
      ["copy", /foreign: it was taken as whole/],
      ["nothing", /there is no snapshot of this name of test-snapshots/],
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
      assert.match(stderr, /This empties leads\/postgres\/leads, leads\/redis\/all of test-snapshots/);
      assert.match(stderr, /cure: type test-snapshots when asked, or add --yes/);
    }
    assert.deepEqual(await checksums(running), filled);
  });

  it("reset empties, migrates, and can be undone", async () => {
    stack.must(["reset"], "test-snapshots\n");
    assert.equal(leadsRows(stack), 0);
    const { State } = await running.docker.getContainer("leads_test-snapshots_web").inspect();
    assert.equal(State.Running, true, "its service works again");
    const name = listSnapshots("test-snapshots").at(-1)?.name ?? "";
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
      const newest = listSnapshots("test-snapshots").at(-1)?.name ?? "";
      if (now["leads/postgres/leads/public.leads_lead"] !== filled["leads/postgres/leads/public.leads_lead"])
        assert.match(newest, /^before-reset-/, "emptied only once the snapshot is whole");
      stack.must(["restore", newest, "--yes"]);
      assert.deepEqual(await checksums(running), filled);
    });
});
