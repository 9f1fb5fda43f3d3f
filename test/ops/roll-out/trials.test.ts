import { expect } from "chai";
import { keyOf, type Monitoring } from "../../../ops/roll-out/figures";
import { FEWEST, type Figures } from "../../../ops/roll-out/judge";
import type { Trial } from "../../../ops/roll-out/trial";
import { judged } from "../../../ops/roll-out/trials";

const trial: Trial = {
  ...{ id: "leads/web", name: "web", resource: "projects/p/locations/l/services/web" },
  ...{ stable: "web-1", fresh: "web-2", uri: "https://web", healthPath: "/health/" },
  at: { fresh: "https://new---web", stable: "https://old---web" },
};

/** A service of which so many requests come each second, or are made, and whose figures are as late as Cloud Monitoring's. */
class Simulated {
  now = 1_000_000;
  readonly made: number[] = [];
  readonly told: string[] = [];
  readonly #requests: { at: number; revision: string; isError: boolean }[] = [];

  constructor(private readonly of: { perSecond: number; delayMs: number; failing?: number; lost?: boolean }) {}

  readonly monitoring: Monitoring = {
    delayMs: () => Promise.resolve(this.of.delayMs),
    between: (from, to) => {
      // A question takes a second, in which requests come.
      this.now += 1000;
      for (let index = 0; index < this.of.perSecond; index++) (this.#ask("web-1"), this.#ask("web-2"));
      const seen = this.#requests.filter(({ at }) => at >= from && at <= to && at <= this.now - this.of.delayMs);
      const figures = (revision: string): Figures => {
        const own = seen.filter((request) => request.revision === revision);
        return { requests: own.length, errors: own.filter(({ isError }) => isError).length, latencies: [] };
      };
      return Promise.resolve(new Map(["web-1", "web-2"].map((name) => [keyOf("web", name), figures(name)])));
    },
  };

  #ask(revision: string): void {
    const { failing = 0 } = this.of;
    const isError = revision === "web-2" && failing > 0 && this.#requests.length % failing === 1;
    this.#requests.push({ at: this.now, revision, isError });
  }

  run(waitMs: number) {
    return judged({
      ...{ trials: [trial], monitoring: this.monitoring, since: { first: this.now, step: this.now }, isLast: false },
      ...{ waitMs, delayMs: this.of.delayMs, everyMs: 0, now: () => this.now },
      supply: ({ count }) => {
        this.made.push(count);
        if (!this.of.lost) for (let index = 0; index < count; index++) (this.#ask("web-1"), this.#ask("web-2"));
        return Promise.resolve();
      },
      report: (line) => void this.told.push(line),
    });
  }
}

describe("a step of a roll-out", () => {
  it("passes with the requests of others where there are enough, once Cloud Monitoring shows them", async () => {
    const simulated = new Simulated({ perSecond: 10, delayMs: 180_000 });
    const began = simulated.now;
    const { breach, judged: told } = await simulated.run(300_000);
    expect({ breach, made: simulated.made }).to.deep.equal({ breach: [], made: [] });
    expect(told[0]).to.deep.include({ verdict: "as good", made: 0 });
    expect(simulated.now - began).to.be.within(180_000, 300_000);
  });

  it("makes the requests that are missing, says so, and waits for their figures", async () => {
    const simulated = new Simulated({ perSecond: 0, delayMs: 180_000 });
    const began = simulated.now;
    const { breach, judged: told } = await simulated.run(60_000);
    expect(breach).to.deep.equal([]);
    expect(told[0]).to.deep.include({ verdict: "as good", made: 220, fresh: { requests: 220, errors: 0 } });
    expect(simulated.told.join()).to.match(/too few requests of leads\/web: 220 are made/);
    expect(simulated.now - began).to.be.at.least(240_000);
  });

  it("makes no more than are missing", async () => {
    const simulated = new Simulated({ perSecond: 1, delayMs: 0 });
    await simulated.run(50_000);
    expect(simulated.made[0]).to.be.within(100, FEWEST - 20);
  });

  it("does not pass where the figures do not come", async () => {
    const simulated = new Simulated({ perSecond: 0, delayMs: 180_000, lost: true });
    const { breach } = await simulated.run(60_000);
    expect(breach.join()).to.match(/leads\/web: it cannot be judged, and so does not pass: 0 requests/);
  });

  it("ends at once where the new revision is worse, without more requests", async () => {
    const simulated = new Simulated({ perSecond: 5, delayMs: 0, failing: 2 });
    const { breach } = await simulated.run(600_000);
    expect(breach.join()).to.match(/leads\/web: \d+ of \d+ of its requests failed/);
    expect(simulated.made).to.deep.equal([]);
  });
});
