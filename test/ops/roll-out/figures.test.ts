import { expect } from "chai";
import { figuresOf, type Series } from "../../../ops/roll-out/figures";

const FROM = Date.parse("2026-11-29T10:00:00Z");
const at = (seconds: number): string => new Date(FROM + seconds * 1000).toISOString();
const resource = (revision_name: string) => ({
  labels: { service_name: "web", revision_name, location: "europe-west1" },
});
const count = (revision: string, code: string, ...points: [seconds: number, value: number][]): Series => ({
  metric: { labels: { response_code_class: code } },
  resource: resource(revision),
  points: points.map(([seconds, value]) => ({
    interval: { startTime: at(seconds) },
    value: { int64Value: String(value) },
  })),
});
const latencies = (bucketCounts: string[], bucketOptions: object): Series => ({
  metric: {},
  resource: resource("web-2"),
  points: [{ interval: { startTime: at(0) }, value: { distributionValue: { bucketCounts, bucketOptions } } }],
});
const exponentialBuckets = { growthFactor: 2, scale: 1, numFiniteBuckets: 3 };

describe("figures of revisions", () => {
  it("count requests and failures by revision, over codes and points", () => {
    const counts = [
      count("web-1", "2xx", [0, 90]),
      count("web-2", "2xx", [60, 4], [0, 3]),
      count("web-2", "5xx", [0, 2]),
    ];
    const found = figuresOf({ counts, latencies: [], from: FROM });
    expect(Object.fromEntries(found)).to.deep.equal({
      "web web-1": { requests: 90, errors: 0, latencies: [] },
      "web web-2": { requests: 9, errors: 2, latencies: [] },
    });
  });

  it("leave out a point that began before: it is of the step before too", () => {
    const counts = [count("web-2", "2xx", [-1, 50], [59, 3])];
    expect(figuresOf({ counts, latencies: [], from: FROM }).get("web web-2")?.requests).to.equal(3);
  });

  it("read latencies in either kind of bucket, the last of which has no end", () => {
    const told = (series: Series) =>
      figuresOf({ counts: [], latencies: [series], from: FROM }).get("web web-2")?.latencies;
    expect(told(latencies(["1", "2", "0", "3", "4"], { exponentialBuckets }))).to.deep.equal([
      { upToMs: 1, count: 1 },
      { upToMs: 2, count: 2 },
      { upToMs: 4, count: 0 },
      { upToMs: 8, count: 3 },
      { upToMs: Infinity, count: 4 },
    ]);
    expect(told(latencies(["1", "2"], { explicitBuckets: { bounds: [5] } }))).to.deep.equal([
      { upToMs: 5, count: 1 },
      { upToMs: Infinity, count: 2 },
    ]);
    expect(() => told(latencies(["1"], { linearBuckets: {} }))).to.throw(/not known here/);
  });
});
