import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { figure, Marketplace, seconds, until } from "./marketplace";

const PROMOS = 1000;
const KILLS = 5;
const CLIENTS = 8;
const HOUR = 3600;
const ROLLS = 20;
/** Seconds between two turns of the tasks of beat that come in a minute of rolls (services/marketplace/config/celery.py). */
const PERIODS = { end_due_promos: 2, publish_waiting_events: 5, report_figures: 60 } as const;
/** Beat looks at its clock a hundredth of a second before a turn, and its time is rounded. */
const EARLY_S = 0.1;

describe("the marketplace, disturbed", () => {
  const marketplace = new Marketplace();
  before(() => marketplace.start());
  after(() => marketplace.remove());

  it(`applies ${PROMOS} promos once each while its consumer is killed ${KILLS} times`, async () => {
    const of = await marketplace.product("SOAK-KILLS");
    const mine = `promo_id IN (SELECT p.id FROM promos_flashpromo p WHERE p.product_id =
      (SELECT id FROM stores_product WHERE sku = '${of.sku}'))`;
    const applied = () => marketplace.count(`SELECT count(*) FROM promos_appliedevent WHERE ${mine}`);
    const began = Date.now();
    const publishing = publish(PROMOS, () => marketplace.promo(of, HOUR));
    const kills: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const share = (PROMOS * (kill + 0.5)) / KILLS;
      await until(async () => (await applied()) >= share, `${share} promos applied`, 300);
      await marketplace.container("consumer").kill();
      kills.push(await applied());
      await marketplace.container("consumer").start();
    }
    const ids = await publishing;
    await until(async () => (await applied()) >= PROMOS, "all promos applied", 300);
    const ms = Date.now() - began;
    await until(async () => isEmpty(await marketplace.depths()), "an empty queue", 120);

    const rows = await marketplace.sql(
      `SELECT promo_id, count(*), sum(offers) FROM promos_appliedevent WHERE ${mine} GROUP BY 1 ORDER BY 1`,
    );
    assert.deepEqual(
      rows,
      ids.sort((a, b) => a - b).map((id) => `${id}|1|1`),
    );
    assert.equal(await marketplace.count(`SELECT count(*) FROM promos_offer WHERE ${mine}`), PROMOS);
    const handled = (await marketplace.log("consumer")).filter(({ event_id }) => event_id);
    const again = handled.filter(({ receives }) => Number(receives) > 1);
    assert.ok(again.length > 0, "no kill hit a message on its way: nothing was tried");
    figure(`${PROMOS} promos published and applied in ${seconds(ms)}; killed at ${kills.join(", ")} applied`);
    figure(
      `messages received again: ${again.length}, of which applied before: ${handled.filter(({ message }) => message === "Promo was applied before").length}; all applied once, none dead`,
    );
  });

  it("puts a poison message among the dead after exactly 5 receives, and goes on", async () => {
    const of = await marketplace.product("SOAK-POISON");
    const sent = Date.now();
    await marketplace.python(SEND_POISON);
    await until(async () => (await marketplace.depths()).queue_dead === 1, "a dead letter", 120);
    const ms = Date.now() - sent;
    const receives = (await marketplace.log("consumer"))
      .filter(({ message }) => message === "Message left to be received again")
      .map(({ receives }) => receives);
    assert.deepEqual(receives, [1, 2, 3, 4, 5]);
    assert.deepEqual(await marketplace.python(READ_DEAD), ["poison"]);

    const promo = await marketplace.promo(of, HOUR);
    const applied = await until(async () => (await estado(promo)) === "aplicada", "a good promo after it", 20);
    figure(
      `receives: ${receives.join(", ")}; dead after ${seconds(ms)}; the next good promo applied in ${seconds(applied)}`,
    );
  });

  for (const away of [0, 10, 40])
    it(`lets worker and beat go on within 15 s after Redis was away for ${away} s`, async () => {
      const of = await marketplace.product(`SOAK-REDIS-${away}`);
      const before = await marketplace.lives("web", "worker", "beat", "consumer");
      await marketplace.container("redis").stop();
      // Redis is needed to end it, not to publish or to apply it.
      const promo = await marketplace.promo(of, 3);
      await until(async () => (await estado(promo)) === "aplicada", "the promo applied", 20);
      await sleep(3000 + away * 1000);
      assert.equal(await estado(promo), "aplicada", "it ended without Redis: then this test shows nothing");
      await marketplace.container("redis").start();
      const ms = await until(async () => (await estado(promo)) === "terminada", "the promo ended", 60);
      figure(`a promo that was due ended ${seconds(ms)} after Redis was started`);
      assert.ok(ms < 15_000, `${ms} ms`);
      assert.deepEqual(await marketplace.lives("web", "worker", "beat", "consumer"), before);
    });

  it("answers again within 10 s of a restart of Postgres under load; no process starts anew", async () => {
    const of = await marketplace.product("SOAK-POSTGRES");
    const before = await marketplace.lives("web", "worker", "beat", "consumer");
    const load = new Load(() => marketplace.api.get("products/"));
    await sleep(3000);
    const began = Date.now();
    await marketplace.container("postgres").restart();
    const restarted = Date.now() - began;
    await sleep(20_000);
    const { answers, errors } = await load.stop();
    const lastError = Math.max(0, ...errors.map(({ at }) => at - began));
    figure(
      `${answers} requests of ${CLIENTS} clients, ${errors.length} errors (${countsOf(errors)}); the restart took ${seconds(restarted)}, the last error came ${seconds(lastError)} after its beginning`,
    );
    assert.ok(errors.length > 0, "no request met the restart: nothing was tried");
    assert.ok(lastError < 10_000, `${lastError} ms`);
    assert.deepEqual(await marketplace.lives("web", "worker", "beat", "consumer"), before);

    const promo = await marketplace.promo(of, 5);
    await until(async () => (await estado(promo)) === "terminada", "a promo applied and ended", 30);
  });

  it(`hands out each turn of beat's tasks once, while beat is rolled ${ROLLS} times`, async () => {
    // What beat sends then stays in Redis, with its time.
    await marketplace.container("worker").stop();
    const names = await marketplace.rollBeat(ROLLS);
    const turns = (await marketplace.python(READ_TURNS)) as [task: string, seconds: number][];
    await marketplace.container("worker").start();
    for (const [task, period] of Object.entries(PERIODS)) {
      const times = turns.flatMap(([name, at]) => (name.endsWith(`.${task}`) ? [at] : [])).sort((a, b) => a - b);
      const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      figure(
        `${task}, every ${period} s: ${times.length} turns; the shortest pause ${Math.min(...pauses).toFixed(2)} s, the longest ${Math.max(...pauses).toFixed(2)} s`,
      );
      assert.ok(Math.min(...pauses) > period - EARLY_S, `${task} was handed out twice: ${pauses.join(" ")}`);
      assert.ok(Math.max(...pauses) < 2 * period, `${task} was left out for more than a period: ${pauses.join(" ")}`);
    }
    assert.equal(names.length, ROLLS);
  });

  const estado = async (promo: number): Promise<string> =>
    ((await marketplace.api.get(`promos/${promo}/`)).body as { estado: string }).estado;
});

/** Calls so often, several at a time. */
const publish = async (times: number, call: () => Promise<number>): Promise<number[]> => {
  const ids: number[] = [];
  let left = times;
  const client = async (): Promise<void> => {
    while (left-- > 0) ids.push(await call());
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return ids;
};

type Failure = { at: number; what: string };

/** Clients that ask without a pause until they are stopped. */
class Load {
  #running = true;
  #answers = 0;
  #errors: Failure[] = [];
  readonly #clients: Promise<void>[];

  constructor(ask: () => Promise<{ status: number }>) {
    const client = async (): Promise<void> => {
      while (this.#running) {
        const status = await ask().then(
          ({ status }) => status,
          (error: Error) => error.message,
        );
        this.#answers++;
        if (status !== 200) this.#errors.push({ at: Date.now(), what: String(status) });
      }
    };
    this.#clients = Array.from({ length: CLIENTS }, client);
  }

  async stop(): Promise<{ answers: number; errors: Failure[] }> {
    this.#running = false;
    await Promise.all(this.#clients);
    return { answers: this.#answers, errors: this.#errors };
  }
}

const countsOf = (errors: Failure[]): string =>
  [...new Set(errors.map(({ what }) => what))]
    .map((kind) => `${kind}: ${errors.filter(({ what }) => what === kind).length}`)
    .join(", ");

const isEmpty = ({ queue_waiting, queue_being_handled, queue_dead }: Record<string, number>): boolean =>
  queue_waiting === 0 && queue_being_handled === 0 && queue_dead === 0;

const SEND_POISON = `
import json
from django.conf import settings
from promos.messaging.clients import sns
sns().publish(TopicArn=settings.FLASH_PROMO_TOPIC.arn, Message="poison")
print(json.dumps("sent"))
`;

const READ_TURNS = `
import json
from datetime import datetime
from django.conf import settings
from redis import Redis
sent = [json.loads(each)["headers"] for each in Redis.from_url(settings.CELERY_BROKER_URL).lrange("celery", 0, -1)]
print(json.dumps([(each["task"], datetime.fromisoformat(each["expires"]).timestamp() - 30) for each in sent]))
`;

const READ_DEAD = `
import json
from promos.messaging.clients import sqs
from promos.messaging.topology import dead_letter_name, queue_url
found = sqs().receive_message(QueueUrl=queue_url(dead_letter_name()), VisibilityTimeout=0)
print(json.dumps([message["Body"] for message in found.get("Messages", [])]))
`;
