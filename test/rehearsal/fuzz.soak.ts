import fc from "fast-check";
import { closeSeries, runSeries, say, tableOf } from "../soak/series";
import { fuzz } from "./fuzz/fuzz";

/** Requests of one rehearsed cloud. */
const EACH = 500;
const count = Math.ceil(Number(process.env.REQUESTS ?? 20_000) / EACH);

describe("the rehearsed cloud, asked everything that its documents describe", function () {
  this.timeout(0);

  it("answers no request with 500, and its state stays readable", async () => {
    const entries = await runSeries({
      name: "rehearsal-fuzz",
      cases: fc.nat(),
      ...{ count, describe: (seed: number) => `seed ${seed}`, afterFailure: () => Promise.resolve() },
      run: async (seed) => {
        const { faults, asked, methods, byStatus } = await fuzz({ port: 32770, seed, count: EACH });
        if (faults.length > 0) throw new Error([...new Set(faults)].join("\n"));
        const answered = Object.entries(byStatus).filter(([status]) => status === "200");
        return { kind: "clouds", "sum requests": asked, methods, "sum answered 200": answered[0]?.[1] ?? 0 };
      },
    });
    say(tableOf(entries, { key: "kind" }));
    closeSeries(entries, { count });
  });
});
