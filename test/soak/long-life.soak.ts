import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { inFleet } from "../../ops/stack/files";
import { until } from "../../docker/wait";
import { Probes, publish, python, restarts, sql, type Restart } from "./long-life";
import { closeSeries, runSeries, say, tableOf, type Row } from "./series";
import { SoakStack } from "./stack";

const count = Number(process.env.RESTARTS ?? 50);
const MESSAGES = Number(process.env.MESSAGES ?? 10_000);
/** Every celery worker takes tasks again within this time, or it is unhealthy and is restarted. */
const AGAIN_MS = 10_000;
const POISONED = 10;

describe("marketplace and meet under traffic, for long", () => {
  const stack = new SoakStack({
    folder: inFleet("soak", "long-life"),
    settings: ["fleet:systems=[marketplace, meet]"],
    edit: (clone) => {
      const file = "infra/catalogue/marketplace.ts";
      const env = '    AWS_DEFAULT_REGION: "us-east-1",\n';
      // LocalStack keeps no message over a restart: the outbox sends it again, here after one minute instead of ten.
      clone.write(file, clone.read(file).replace(env, `${env}    PROMO_RESEND_MINUTES: "1",\n`));
    },
  });
  const probes = [new Probes("marketplace"), new Probes("meet")];

  before(async function () {
    this.timeout(0);
    await stack.begin();
    for (const each of probes) await each.start(stack);
  });
  after(() => stack.end());

  it(`loses no message and repeats none while ${count} containers are restarted, ${MESSAGES} messages`, async function () {
    this.timeout(0);
    const entries = await runSeries({
      name: "long-life",
      ...{ cases: restarts, count },
      describe: ({ target, how, awayMs }: Restart) => `${target} ${how}, away for ${(awayMs / 1000).toFixed(1)} s`,
      run: restarted,
      afterFailure: async () => {
        await stack.begin();
        for (const each of probes) await each.start(stack);
      },
    });
    say(`restarts under traffic\n${tableOf(entries, { key: "target" })}`);
    closeSeries(entries, { count });
  });

  it(`puts each of ${POISONED} poison messages among the dead after 5 receives, and applies what comes behind`, async function () {
    this.timeout(0);
    await until({ ask: async () => (await dead()) !== undefined, everyMs: 1000, patienceMs: 60_000 });
    const before = (await dead()) ?? 0;
    const since = Math.floor(Date.now() / 1000);
    await python({ stack, script: POISON, args: [String(POISONED)] });
    const ids = await publish({ stack, times: 20 });
    await assertApplied(ids);
    const isDead = async (): Promise<boolean> => (await dead()) === before + POISONED;
    assert.ok(await until({ ask: isDead, everyMs: 1000, patienceMs: 180_000 }), "not all are among the dead");
    const log = (
      await stack.machine.docker.getContainer("marketplace_soak_consumer").logs({ stdout: true, stderr: true, since })
    )
      .toString()
      .split("\n")
      // Poison has no event in it.
      .filter((line) => line.includes("Message left to be received again") && !line.includes('"event_id"'));
    const receives = log.map((line) => /"receives": ?(\d+)/.exec(line)?.[1]).sort();
    say(`${POISONED} poison messages: ${receives.length} receives, ${await dead()} among the dead`);
    assert.deepEqual(
      receives,
      ["1", "2", "3", "4", "5"].flatMap((each) => Array<string>(POISONED).fill(each)),
    );
  });

  const restarted = async ({ target, how, awayMs, afterMs }: Restart): Promise<Row> => {
    const container = stack.machine.docker.getContainer(target);
    const publishing = publish({ stack, times: Math.ceil(MESSAGES / count) });
    await sleep(2000 + afterMs);
    await (how === "killed" ? container.kill() : container.stop());
    await sleep(awayMs);
    await container.start();
    const back = Date.now();
    const again = await Promise.all(probes.map((each) => consumesAgain(each, back)));
    const ids = await publishing;
    const slowest = await assertApplied(ids);
    return {
      ...{ target: target.replace("_soak_", " "), how, "away ms": awayMs },
      ...{ "marketplace ms": again[0]!, "meet ms": again[1]!, "last applied s": slowest },
      ...{ "sum messages": ids.length, "sum lost": 0, "sum applied twice": 0 },
    };
  };

  const consumesAgain = async (probe: Probes, back: number): Promise<number> => {
    const worker = stack.machine.docker.getContainer(`${probe.system}_soak_worker`);
    const { State: before } = await worker.inspect();
    const taken = await probe.takenAfter(back, AGAIN_MS);
    if (taken !== undefined) return taken;
    const later = await probe.takenAfter(back, 120_000);
    const { State, RestartCount } = await worker.inspect();
    const was = `${probe.system}'s worker took no task for ${AGAIN_MS / 1000} s, ${later === undefined ? "nor for 120 s" : `but after ${later / 1000} s`}`;
    assert.ok(
      RestartCount > 0 && State.StartedAt !== before.StartedAt,
      `${was}; it is ${State.Health?.Status} and was not restarted`,
    );
    assert.ok(later !== undefined, was);
    return later;
  };

  /** Waits until each promo was applied; exactly once. The seconds that it took. */
  const assertApplied = async (ids: readonly number[]): Promise<number> => {
    const began = Date.now();
    const applied = (): Promise<string[]> =>
      sql(stack, `SELECT promo_id FROM promos_appliedevent WHERE promo_id IN (${ids.join(", ")}) ORDER BY 1`);
    const wanted = [...ids].sort((a, b) => a - b).map(String);
    const found = await until({
      ask: applied,
      ends: (seen) => seen.length >= ids.length,
      everyMs: 1000,
      patienceMs: 240_000,
    });
    assert.deepEqual(found, wanted, `${wanted.filter((id) => !found.includes(id)).length} lost`);
    const [offers] = await sql(stack, `SELECT count(*) FROM promos_offer WHERE promo_id IN (${ids.join(", ")})`);
    assert.equal(Number(offers), ids.length, "offers");
    return Math.round((Date.now() - began) / 1000);
  };

  const dead = async (): Promise<number | undefined> => {
    const answer = await python({ stack, script: DEPTHS }).catch(() => undefined);
    return answer === undefined ? undefined : Number(answer);
  };
});

const DJANGO = `
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django
django.setup()
`;

const POISON = `${DJANGO}
from django.conf import settings
from promos.messaging.clients import sns
for number in range(int(sys.argv[1])):
    sns().publish(TopicArn=settings.FLASH_PROMO_TOPIC.arn, Message="poison")
`;

const DEPTHS = `${DJANGO}
from promos.messaging.depths import queue_depths
print(queue_depths()["queue_dead"])
`;
