import assert from "node:assert/strict";
import * as z from "zod";
import { clientOf, type Access, type Answer, type Client } from "./client";
import { until } from "../docker/wait";
import { inEstado, type Tell } from "./story";

const storeShape = z.object({ id: z.number(), nombre: z.string() });
const nearShape = z.object({ count: z.number(), results: z.array(storeShape.extend({ distance_m: z.number() })) });
const promoShape = z.object({ id: z.number(), estado: z.string(), ends_at: z.string() });
const offerShape = z.object({ promo: z.number(), precio: z.string() });
const pricesShape = z.object({
  results: z.array(
    z.object({ sku: z.string(), precio: z.string(), cantidad: z.number(), offer: offerShape.nullable() }),
  ),
});

const HERE = { lat: 40.4169, lon: -3.7035 };
/** How long the promo lasts, and how much later beat may have tidied it up. */
const PROMO_SECONDS = 8;
const BEAT_SECONDS = 8;
const ASK_EVERY_MS = 100;

/** A product in three stores, one of them far away, and a promo that lasts seconds. */
export const marketplaceStory = async ({ run, ...at }: Access & { run: string }, tell: Tell): Promise<void> => {
  const api = clientOf(at);
  const sku = `CAFE-${run.toUpperCase()}`;
  await tell({
    did: "coffee goes on sale",
    ask: () => api.post("products/", { sku, nombre: "Café de Colombia", precio: "8.00" }),
    status: 201,
    shape: z.object({ sku: z.literal(sku), precio: z.literal("8.00") }),
    tell: (body) => `${body.sku} at ${body.precio}`,
  });

  const open = async (nombre: string, place: { lat: number; lon: number }) => {
    const store = await tell({
      did: `a store opens: ${nombre}`,
      ask: () => api.post("stores/", { nombre: `${nombre} ${run}`, direccion: `Calle ${run}`, ...place }),
      status: 201,
      shape: storeShape,
      tell: ({ id }) => `store ${id}`,
    });
    await tell({
      did: "it gets ten packets",
      ask: () => api.put(`stores/${store.id}/products/${sku}/`, { cantidad: 10 }),
      shape: z.object({ sku: z.string(), cantidad: z.literal(10) }),
      tell: ({ cantidad }) => `${cantidad} of ${sku}`,
    });
    return store;
  };
  const further = await open("Chamberí", { ...HERE, lat: HERE.lat + 0.018 });
  const nearest = await open("Sol", { ...HERE, lat: HERE.lat + 0.001 });
  await open("Barcelona", { lat: 41.3874, lon: 2.1686 });

  await tell({
    did: "who is near and has coffee?",
    ask: () => api.get(`stores/near/?lat=${HERE.lat}&lon=${HERE.lon}&radius_m=5000&product=${sku}`),
    shape: nearShape,
    tell: ({ results }) => {
      assert.deepEqual(
        results.map(({ id }) => id),
        [nearest.id, further.id],
      );
      // A thousandth of a degree of latitude is 111 m anywhere.
      results.forEach(({ distance_m }, index) => assert.ok(Math.abs(distance_m / [111, 1999][index]! - 1) < 0.01));
      return results.map(({ nombre, distance_m }) => `${nombre} in ${Math.round(distance_m)} m`).join(", ");
    },
  });
  await promoStory({ api, sku, store: nearest.id, elsewhere: further.id }, tell);
};

type Sold = { api: Client; sku: string; store: number; elsewhere: number };

const promoStory = async ({ api, sku, store, elsewhere }: Sold, tell: Tell): Promise<void> => {
  const prices = (of: number) => api.get(`stores/${of}/products/`);
  await tell({
    did: "a promo of 95 % is refused",
    ask: () => api.post("promos/", { product: sku, discount_percent: 95, ends_at: inSeconds(60) }),
    status: 400,
    shape: z.object({ error: z.object({ fields: z.object({ discount_percent: z.array(z.string()) }) }) }),
    tell: ({ error }) => error.fields.discount_percent.join(" "),
  });
  const began = Date.now();
  const promo = await tell({
    did: `a flash promo of 25 % is published, for ${PROMO_SECONDS} seconds`,
    ask: () =>
      api.post("promos/", { product: sku, stores: [store], discount_percent: 25, ends_at: inSeconds(PROMO_SECONDS) }),
    status: 201,
    shape: inEstado(promoShape, "pendiente"),
    tell: ({ id, estado }) => `promo ${id}, ${estado}; its message goes through SNS and SQS`,
  });
  await tell({
    did: "the store's price follows",
    ask: () => soon(() => prices(store), hasOffer),
    shape: pricesShape,
    tell: ({ results: [row] }) => {
      assert.deepEqual([row?.precio, row?.offer?.precio, row?.offer?.promo], ["8.00", "6.00", promo.id]);
      return `${row?.offer?.precio} instead of ${row?.precio}, ${seconds(Date.now() - began)} after it was published`;
    },
  });
  await tell({
    did: "the other store's price stays",
    ask: () => prices(elsewhere),
    shape: pricesShape,
    tell: withoutOffer,
  });
  await tell({
    did: "the price is the old one when its time is over",
    ask: () =>
      soon(
        () => prices(store),
        (answer) => !hasOffer(answer),
        BEAT_SECONDS,
      ),
    shape: pricesShape,
    tell: (body) => {
      const price = withoutOffer(body);
      const late = Date.now() - Date.parse(promo.ends_at);
      assert.ok(late > -100 && late < 3000, `it ended ${seconds(late)} after its time`);
      return `${price}, ${seconds(late)} after its end`;
    },
  });
  await tell({
    did: "beat has the promo ended",
    ask: () => soon(() => api.get(`promos/${promo.id}/`), hasEnded, BEAT_SECONDS),
    shape: inEstado(promoShape, "terminada"),
    tell: ({ estado, ends_at }) => `${estado}, ${seconds(Date.now() - Date.parse(ends_at))} after its end`,
  });
};

const withoutOffer = ({ results: [row] }: z.infer<typeof pricesShape>): string => {
  assert.deepEqual([row?.precio, row?.offer], ["8.00", null]);
  return `${row?.precio}`;
};

/** Asks again until the answer is the awaited one, for as long as the promo lasts and some seconds more. */
const soon = (ask: () => Promise<Answer>, ends: (answer: Answer) => boolean, more = 0): Promise<Answer> =>
  until({ ask, ends, everyMs: ASK_EVERY_MS, patienceMs: (PROMO_SECONDS + more) * 1000 });

const hasEnded = ({ body }: Answer): boolean => promoShape.safeParse(body).data?.estado === "terminada";

const hasOffer = ({ body }: { body: unknown }): boolean =>
  pricesShape.safeParse(body).data?.results.some(({ offer }) => offer !== null) ?? false;

const inSeconds = (count: number): string => new Date(Date.now() + count * 1000).toISOString();

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
