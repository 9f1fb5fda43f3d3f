import assert from "node:assert/strict";
import { fetchByName } from "../../ops/stack/reachable";
import { closeSeries, runSeries, say, tableOf, type Row } from "../soak/series";
import { Reviews } from "./reviews";

/** Reviews of every system, two at once, each life of which is a case: made, asked, pushed to, and closed or swept. */
const LIVES = Number(process.env["LIVES"] ?? 4);

type Life = { number: number; ends: "close" | "sweep" };

describe("reviews of every system on the rehearsed cloud", function () {
  this.timeout(0);
  const reviews = new Reviews(25_700);
  before(() => reviews.open());
  after(() => reviews.close());

  const must = async (...args: string[]): Promise<string> => {
    const { code, output } = await reviews.review(...args);
    assert.equal(code, 0, output);
    return output;
  };

  /** Asks each service as somebody with the role, and as nobody. */
  const ask = async (number: number): Promise<void> => {
    const { addresses = [] } = reviews.report(number) ?? {};
    assert.ok(addresses.length >= 6, JSON.stringify(addresses));
    for (const { service, url } of addresses) {
      const { token } = await reviews.ask<{ token: string }>(`_rehearsal/token?audience=${encodeURIComponent(url)}`);
      const asked = await fetchByName(new URL("/ready/", url), { headers: { authorization: `Bearer ${token}` } });
      assert.equal(asked.status, 200, `${service}: ${await asked.text()}`);
      assert.equal((await fetchByName(new URL("/ready/", url), {})).status, 403, service);
    }
  };

  const live = async ({ number, ends }: Life): Promise<Row> => {
    const neighbour = number + 1;
    const began = Date.now();
    const seconds = (): number => Math.round((Date.now() - began) / 1000);
    await Promise.all([must("up", String(number)), must("up", String(neighbour))]);
    const up = seconds();
    await Promise.all([ask(number), ask(neighbour)]);
    reviews.push("services/meet/config/settings.py", `\n# Push ${number}.\n`);
    await must("up", String(number));
    await ask(number);
    const said = await must(...(ends === "close" ? ["close", String(number)] : ["sweep", "--older-than", "0"]));
    assert.match(said, new RegExp(`the topic .*:pr-${number}-flash-promos: removed`));
    await must("close", String(neighbour));
    for (const each of [number, neighbour]) assert.deepEqual(await reviews.leftOf(each), []);
    assert.match(await must("list"), /no review/);
    return { ends, "seconds to make two": up, seconds: seconds() };
  };

  it(`live and end ${LIVES} times`, async () => {
    const entries = await runSeries({
      ...{ name: "reviews", count: LIVES },
      cases: Array.from({ length: LIVES }, (_, index): Life => ({
        number: 100 + 2 * index,
        ends: index % 2 === 0 ? "close" : "sweep",
      })),
      describe: ({ number, ends }) => `pr-${number} and its neighbour, ended by ${ends}`,
      run: live,
      afterFailure: async () => void (await reviews.review("sweep", "--older-than", "0")),
    });
    say(`reviews\n${tableOf(entries, { key: "ends" })}`);
    closeSeries(entries, { count: LIVES });
  });
});
