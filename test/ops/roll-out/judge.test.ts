import { expect } from "chai";
import {
  FEWEST,
  fisher,
  judge,
  quantile,
  type Bucket,
  type Figures,
  type Judgement,
} from "../../../ops/roll-out/judge";

/** Cloud Run's buckets: each 1.4 times as long as the one before. */
const BOUNDS = Array.from({ length: 40 }, (_, index) => 1.4 ** index);
const taking = (...of: readonly (readonly [ms: number, count: number])[]): Bucket[] =>
  BOUNDS.map((upToMs, index) => ({
    upToMs,
    count: of
      .filter(([ms]) => ms < upToMs && ms >= (BOUNDS[index - 1] ?? 0))
      .reduce((sum, [, count]) => sum + count, 0),
  }));
const figures = (requests: number, errors = 0, latencies = taking([30, requests])): Figures => ({
  requests,
  errors,
  latencies,
});
const said = (fresh: Figures, old: Figures): string => {
  const judgement: Judgement = judge({ fresh, old });
  return "why" in judgement ? `${judgement.verdict}: ${judgement.why}` : judgement.verdict;
};

/** The share of so many draws in which revisions of these shares of errors are told apart; the draws are the same each time. */
const told = (of: { fresh: number; old: number; requests: number; oldRequests?: number }): number => {
  let seed = 1;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const failing = (share: number, requests: number): number =>
    Array.from({ length: requests }).filter(() => random() < share).length;
  const draws = 300;
  const { requests, oldRequests = requests } = of;
  return (
    Array.from({ length: draws }).filter(
      () =>
        judge({
          fresh: figures(requests, failing(of.fresh, requests)),
          old: figures(oldRequests, failing(of.old, oldRequests)),
        }).verdict === "worse",
    ).length / draws
  );
};

describe("Fisher's exact test", () => {
  it("gives what tables of it give", () => {
    // The lady tasting tea: all four right, and three of four.
    expect(fisher({ fresh: { hits: 4, of: 4 }, old: { hits: 0, of: 4 } })).to.be.closeTo(1 / 70, 1e-12);
    expect(fisher({ fresh: { hits: 3, of: 4 }, old: { hits: 1, of: 4 } })).to.be.closeTo(17 / 70, 1e-12);
    // R: fisher.test(matrix(c(10, 190, 2, 198), 2), alternative = "greater")
    expect(fisher({ fresh: { hits: 10, of: 200 }, old: { hits: 2, of: 200 } })).to.be.closeTo(0.01785, 1e-4);
  });

  it("bears the requests of a day", () => {
    const p = fisher({ fresh: { hits: 100, of: 1e6 }, old: { hits: 900, of: 9e6 } });
    expect(p).to.be.within(0.4, 0.6);
    expect(fisher({ fresh: { hits: 1000, of: 1e6 }, old: { hits: 900, of: 9e6 } })).to.be.below(1e-12);
  });
});

describe("a new revision", () => {
  it("is as good where it fails no more often, and is no slower", () => {
    expect(said(figures(FEWEST), figures(FEWEST))).to.equal("as good");
    expect(said(figures(1000, 10), figures(9000, 90))).to.equal("as good");
    expect(said(figures(FEWEST, 1), figures(FEWEST))).to.equal("as good");
  });

  it("is worse where one of twenty requests fails", () => {
    expect(said(figures(FEWEST, FEWEST / 20), figures(FEWEST))).to.match(
      /^worse: 10 of 200 of its requests failed, 0 of 200/,
    );
  });

  it("is worse where it is slower as a whole, or in a tenth of its requests", () => {
    const slow = figures(FEWEST, 0, taking([200, FEWEST]));
    expect(said(slow, figures(FEWEST))).to.match(/^worse: 200 of 200 of its requests took longer than \d+ ms/);
    const tail = figures(FEWEST, 0, taking([30, FEWEST * 0.9], [400, FEWEST * 0.1]));
    expect(said(tail, figures(FEWEST))).to.match(/^worse: 20 of 200 of its requests took longer/);
  });

  it("is worse also where only what was quick takes long, beside what always did", () => {
    const old = figures(FEWEST, 0, taking([20, FEWEST * 0.9], [2000, FEWEST * 0.1]));
    const fresh = figures(FEWEST, 0, taking([400, FEWEST * 0.9], [2000, FEWEST * 0.1]));
    expect(said(fresh, old)).to.match(/^worse: .*of which 50 % take at most/);
  });

  it("is not worse for a first request that took long, nor for a difference that nobody feels", () => {
    expect(said(figures(FEWEST, 0, taking([30, FEWEST - 2], [5000, 2])), figures(FEWEST))).to.equal("as good");
    expect(said(figures(1e5, 0, taking([40, 1e5])), figures(1e5, 0, taking([20, 1e5])))).to.equal("as good");
  });

  it("is not worse where some more of its requests take longer than usual: one that is asked seldom is like that on a busy machine", () => {
    // As a soak saw a good change at its first share, and took it back.
    const fresh = figures(FEWEST, 0, taking([25, 85], [70, 71], [130, 34], [290, 10]));
    const old = figures(2032, 0, taking([25, 1070], [70, 691], [130, 203], [290, 68]));
    expect(said(fresh, old)).to.equal("as good");
  });

  it("is worse where the usual request takes twice as long, on a busy machine too", () => {
    const old = figures(2032, 0, taking([60, 1270], [130, 400], [290, 362]));
    const fresh = figures(FEWEST, 0, taking([170, 125], [290, 75]));
    expect(said(fresh, old)).to.match(/^worse: .*of which 50 % take at most/);
  });

  it("is not worse by less than one request in a thousand, however many there are", () => {
    expect(said(figures(1e6, 900), figures(1e6, 0))).to.equal("as good");
    expect(said(figures(1e6, 1100), figures(1e6, 0))).to.match(/^worse/);
  });

  it("is not called slow by a few requests: the first ones of an instance are", () => {
    const cold = figures(50, 0, taking([400, 30], [30, 20]));
    expect(said(cold, figures(1000))).to.match(/^too few/);
  });

  it("is not judged as good with too few requests of either, but as worse where that is plain already", () => {
    expect(said(figures(FEWEST - 1), figures(FEWEST))).to.match(
      /^too few: 199 requests of the new revision and 200 of the old/,
    );
    expect(said(figures(FEWEST), figures(FEWEST - 1))).to.match(/^too few/);
    expect(said(figures(0), figures(0))).to.match(/^too few: 0 requests/);
    expect(said(figures(20, 20), figures(100))).to.match(/^worse/);
    expect(said(figures(20, 1), figures(20))).to.match(/^too few/);
  });

  it("is called worse by mistake in one of a hundred at most, and one of twenty failures is seen nearly always", () => {
    expect(told({ fresh: 0.01, old: 0.01, requests: FEWEST })).to.be.at.most(0.01);
    expect(told({ fresh: 0.05, old: 0, requests: FEWEST })).to.be.at.least(0.8);
    // As much as at the first share, where the old one has nine times as many.
    expect(told({ fresh: 0.05, old: 0, requests: FEWEST, oldRequests: 9 * FEWEST })).to.be.at.least(0.98);
  });
});

describe("a quantile of buckets", () => {
  it("lies within its bucket, and is none without requests", () => {
    expect(
      quantile(
        [
          { upToMs: 10, count: 5 },
          { upToMs: 20, count: 5 },
        ],
        0.75,
      ),
    ).to.equal(15);
    expect(
      quantile(
        [
          { upToMs: 10, count: 1 },
          { upToMs: Infinity, count: 9 },
        ],
        0.95,
      ),
    ).to.equal(10);
    expect(quantile([], 0.5)).to.equal(undefined);
  });
});
