/** What Cloud Monitoring tells of a revision's requests in a time. */
export type Figures = {
  requests: number;
  /** Those that were answered with a status from 500. */
  errors: number;
  /** How many requests took how long, by the upper bounds in milliseconds of their buckets, in ascending order. */
  latencies: readonly Bucket[];
};

export type Bucket = { upToMs: number; count: number };

/** The requests that a step needs of the new revision, and of the old one, before it is judged. */
export const FEWEST = 200;
/** The share of good revisions that may be called worse at the end of a step, for each of three tests. */
const ALPHA = 0.01;
/** Before a step has its requests failures alone are judged, as often as one looks: the share is a tenth. */
const ALPHA_EARLY = ALPHA / 10;
/**
 * Of a hundred thousand requests everything is significant: what is called worse is worse by this share too. Where the usual request
 * takes half as long again, half of all are beyond the limit of the median; a few more beyond it are a revision that is asked
 * seldom, as a new one is at its first share. What that does to the slowest, the limit of the 95th percentile sees.
 */
const MARGIN = { errors: 0.001, slowest: 0.05, usual: 0.2 };
/** A request is slow which takes longer than so many times what the old revision's take, and that by so much. */
const SLOW = { times: 1.5, ms: 50 };

export type Judgement =
  | { verdict: "as good" }
  /** `why` says by which figures. */
  | { verdict: "worse"; why: string }
  /** `why` says what is missing. */
  | { verdict: "too few"; why: string };

/**
 * Whether a new revision is worse than the old one. Each test is Fisher's exact one, one-sided, of a share of the requests: those that
 * failed, those that took longer than one and a half times the old revision's 95th percentile, and the same of its median.
 */
export const judge = ({ fresh, old }: { fresh: Figures; old: Figures }): Judgement => {
  const isWhole = Math.min(fresh.requests, old.requests) >= FEWEST;
  const alpha = isWhole ? ALPHA : ALPHA_EARLY;
  const why =
    errorsWorse({ fresh, old, alpha }) ??
    // The first requests of an instance take longer, whatever the code.
    (isWhole
      ? (slower({ fresh, old, alpha, share: 0.95, margin: MARGIN.slowest }) ??
        slower({ fresh, old, alpha, share: 0.5, margin: MARGIN.usual }))
      : undefined);
  if (why !== undefined) return { verdict: "worse", why };
  if (isWhole) return { verdict: "as good" };
  return {
    verdict: "too few",
    why: `${fresh.requests} requests of the new revision and ${old.requests} of the old one were seen; ${FEWEST} of each are needed`,
  };
};

type Testing = { fresh: Figures; old: Figures; alpha: number };

const errorsWorse = ({ fresh, old, alpha }: Testing): string | undefined => {
  const p = worse({
    fresh: { hits: fresh.errors, of: fresh.requests },
    old: { hits: old.errors, of: old.requests },
    margin: MARGIN.errors,
  });
  return p < alpha
    ? `${shareOf(fresh.errors, fresh.requests)} of its requests failed, ${shareOf(old.errors, old.requests)} of the old revision's (p = ${rounded(p)})`
    : undefined;
};

const slower = ({
  fresh,
  old,
  alpha,
  share,
  margin,
}: Testing & { share: number; margin: number }): string | undefined => {
  const usual = quantile(old.latencies, share);
  if (usual === undefined) return undefined;
  const limit = Math.max(usual * SLOW.times, usual + SLOW.ms);
  const [is, was] = [above(fresh.latencies, limit), above(old.latencies, limit)];
  const p = worse({ fresh: is, old: was, margin });
  return p < alpha
    ? `${shareOf(is.hits, is.of)} of its requests took longer than ${Math.round(limit)} ms, ${shareOf(was.hits, was.of)} of the old revision's, of which ${share * 100} % take at most ${Math.round(usual)} ms (p = ${rounded(p)})`
    : undefined;
};

type Share = { hits: number; of: number };

/** The chance of a share as large as the fresh one's, or larger, were both the same; 1 where it is not larger by the margin. */
const worse = (of: { fresh: Share; old: Share; margin: number }): number => {
  const { fresh, old, margin } = of;
  if (fresh.of === 0 || old.of === 0 || fresh.hits / fresh.of - old.hits / old.of < margin) return 1;
  return fisher({ fresh, old });
};

/** Fisher's exact test, one-sided: https://en.wikipedia.org/wiki/Fisher%27s_exact_test */
export const fisher = ({ fresh, old }: { fresh: Share; old: Share }): number => {
  const hits = fresh.hits + old.hits;
  const all = choose(fresh.of + old.of, hits);
  let sum = 0;
  for (let k = fresh.hits; k <= Math.min(hits, fresh.of); k++)
    sum += Math.exp(choose(fresh.of, k) + choose(old.of, hits - k) - all);
  return Math.min(1, sum);
};

/** The logarithm of n over k. */
const choose = (n: number, k: number): number =>
  k < 0 || k > n ? -Infinity : lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k);

const SMALL: number[] = [0];

/** Exact below 256, else by Stirling's series, whose error is below 1e-14 there. */
const lnFactorial = (n: number): number => {
  if (n >= 256) return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3);
  for (let next = SMALL.length; next <= n; next++) SMALL.push(SMALL[next - 1]! + Math.log(next));
  return SMALL[n]!;
};

/** The latency in milliseconds that this share of the requests does not exceed, taken evenly within its bucket. */
export const quantile = (buckets: readonly Bucket[], share: number): number | undefined => {
  const total = countOf(buckets);
  if (total === 0) return undefined;
  let seen = 0;
  let from = 0;
  for (const { upToMs, count } of buckets) {
    if (count > 0 && seen + count >= share * total) {
      // The last bucket has no end.
      if (!Number.isFinite(upToMs)) return from;
      return from + ((share * total - seen) / count) * (upToMs - from);
    }
    seen += count;
    from = upToMs;
  }
  return from;
};

/** The requests in buckets that lie wholly above a limit. */
const above = (buckets: readonly Bucket[], limitMs: number): Share => {
  let hits = 0;
  let from = 0;
  for (const { upToMs, count } of buckets) {
    if (from >= limitMs) hits += count;
    from = upToMs;
  }
  return { hits, of: countOf(buckets) };
};

const countOf = (buckets: readonly Bucket[]): number => buckets.reduce((sum, { count }) => sum + count, 0);

const shareOf = (hits: number, of: number): string => `${hits} of ${of}`;

const rounded = (p: number): string => (p < 1e-4 ? p.toExponential(0) : p.toFixed(4));
