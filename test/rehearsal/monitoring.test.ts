import { expect } from "chai";
import { measure } from "../../rehearsal/apis/run/measures";
import { percentile } from "../../rehearsal/apis/monitoring/points";
import { PROJECT, TestCloud } from "./cloud";

const ROOT = `monitoring/v3/projects/${PROJECT}`;
const COUNT = 'metric.type="run.googleapis.com/request_count"';
const LATENCIES = 'metric.type="run.googleapis.com/request_latencies"';

describe("rehearsed Monitoring", () => {
  const cloud = new TestCloud(32240);
  const end = Date.parse("2026-11-28T10:10:00Z");
  const series = async (filter: string, more: Record<string, string> = {}): Promise<any[]> => {
    const query = new URLSearchParams({
      filter,
      "interval.startTime": new Date(end - 600_000).toISOString(),
      "interval.endTime": new Date(end).toISOString(),
      view: "FULL",
      ...more,
    });
    return (await cloud.must(`GET ${ROOT}/timeSeries?${query.toString()}`)).timeSeries ?? [];
  };
  const aggregated = (aligner: string, more: Record<string, string> = {}): Record<string, string> => ({
    "aggregation.alignmentPeriod": "300s",
    "aggregation.perSeriesAligner": aligner,
    ...more,
  });

  before(async () => {
    await cloud.open();
    const service = `projects/${PROJECT}/locations/europe-west1/services/web`;
    for (const [seconds, revision, code, ms] of [
      [10, "web-2", 200, 10],
      [20, "web-2", 200, 30],
      [70, "web-2", 500, 500],
      [400, "web-1", 200, 20],
    ] as const)
      measure(cloud.rehearsal.cloud, { at: end - seconds * 1000, service, revision, code, ms });
  });
  after(() => cloud.remove());

  it("counts the requests of each revision by their answers, minute by minute", async () => {
    const found = await series(`${COUNT} AND resource.labels.revision_name="web-2"`);
    expect(found.map(({ metric }) => metric.labels.response_code_class)).to.deep.equal(["2xx", "5xx"]);
    const [well] = found;
    expect(well).to.deep.include({ metricKind: "DELTA", valueType: "INT64" });
    expect(well.resource).to.deep.equal({
      type: "cloud_run_revision",
      labels: {
        ...{ project_id: PROJECT, location: "europe-west1", service_name: "web" },
        ...{ configuration_name: "web", revision_name: "web-2" },
      },
    });
    expect(well.points).to.deep.equal([
      {
        interval: { startTime: "2026-11-28T10:09:00.000Z", endTime: "2026-11-28T10:10:00.000Z" },
        value: { int64Value: "2" },
      },
    ]);
  });

  it("aligns and reduces them, so that a roll-out can judge by them", async () => {
    const errors = await series(
      `${COUNT} AND resource.label.service_name=web AND metric.label.response_code_class="5xx"`,
      aggregated("ALIGN_SUM", { "aggregation.crossSeriesReducer": "REDUCE_SUM" }),
    );
    expect(errors.map(({ points }) => points[0].value)).to.deep.equal([{ int64Value: "1" }]);
    const rates = await series(COUNT, {
      ...aggregated("ALIGN_RATE", { "aggregation.crossSeriesReducer": "REDUCE_SUM" }),
      "aggregation.groupByFields": "resource.labels.revision_name",
    });
    expect(
      rates.map(({ resource, points }) => [resource.labels, points.map((one: any) => one.value.doubleValue)]),
    ).to.deep.equal([
      [{ revision_name: "web-2" }, [3 / 300]],
      [{ revision_name: "web-1" }, [1 / 300]],
    ]);
    const [slowest] = await series(
      `${LATENCIES} AND resource.labels.revision_name="web-2"`,
      aggregated("ALIGN_DELTA", { "aggregation.crossSeriesReducer": "REDUCE_PERCENTILE_99" }),
    );
    expect(slowest.points[0].value.doubleValue).to.be.within(490, 500);
    const [distribution] = await series(`${LATENCIES} AND metric.labels.response_code="200"`);
    expect(distribution.points[0].value.distributionValue).to.deep.include({ count: "2", mean: 20 });
    expect(await series(COUNT, { view: "HEADERS" })).to.satisfy((all: any[]) => all.every((one) => !one.points));
  });

  it("refuses a question without a metric, and says which metrics it does not measure", async () => {
    const status = async (filter: string, more = ""): Promise<number> => {
      const times = `interval.startTime=2026-11-28T10:00:00Z&interval.endTime=2026-11-28T10:10:00Z&view=FULL`;
      return (await cloud.ask(`GET ${ROOT}/timeSeries?filter=${encodeURIComponent(filter)}&${times}${more}`)).status;
    };
    expect(await status('resource.type="cloud_run_revision"')).to.equal(400);
    expect(await status(`${COUNT} AND (`)).to.equal(400);
    expect(await status(COUNT, "&aggregation.perSeriesAligner=ALIGN_SUM&aggregation.alignmentPeriod=10s")).to.equal(
      400,
    );
    expect(await status(COUNT, "&aggregation.crossSeriesReducer=REDUCE_SUM")).to.equal(400);
    expect(await status('metric.type="custom.googleapis.com/nothing"')).to.equal(404);
    expect(await status('metric.type="run.googleapis.com/container/cpu/utilizations"')).to.equal(501);
  });

  it("describes what it measures, its resources and its channels", async () => {
    const filter = encodeURIComponent('metric.type = starts_with("run.googleapis.com/request_l")');
    const { metricDescriptors } = await cloud.must(`GET ${ROOT}/metricDescriptors?filter=${filter}`);
    expect(metricDescriptors.map(({ type }: any) => type)).to.deep.equal(["run.googleapis.com/request_latencies"]);
    const one = await cloud.must(`GET ${ROOT}/metricDescriptors/run.googleapis.com/request_count`);
    expect(one).to.include({ metricKind: "DELTA", valueType: "INT64" });
    const revision = await cloud.must(`GET ${ROOT}/monitoredResourceDescriptors/cloud_run_revision`);
    expect(revision.labels.map(({ key }: any) => key)).to.include("revision_name");
    const { channelDescriptors } = await cloud.must(`GET ${ROOT}/notificationChannelDescriptors`);
    expect(channelDescriptors.find(({ type }: any) => type === "email").labels).to.deep.equal([
      { key: "email_address" },
    ]);
  });

  it("keeps what clients measure, and describes it by its first point", async () => {
    const metric = { type: "custom.googleapis.com/queue", labels: { name: "mail" } };
    const endTime = new Date(end - 1000).toISOString();
    const points = [{ interval: { endTime }, value: { int64Value: "7" } }];
    await cloud.must(`POST ${ROOT}/timeSeries`, {
      timeSeries: [{ metric, resource: { type: "global", labels: {} }, points }],
    });
    const [found] = await series('metric.type="custom.googleapis.com/queue" AND metric.labels.name="mail"');
    expect(found.points.map(({ value }: any) => value)).to.deep.equal([{ int64Value: "7" }]);
    await cloud.must(`DELETE ${ROOT}/metricDescriptors/custom.googleapis.com/queue`);
    expect(
      (await cloud.ask(`POST ${ROOT}/timeSeries`, { timeSeries: [{ metric: { type: "run.googleapis.com/x" } }] }))
        .status,
    ).to.equal(400);
  });

  it("tells who made a policy's channel and who changed it", async () => {
    const labels = { email_address: "a@example.com" };
    const { name, ...made } = await cloud.must(`POST ${ROOT}/notificationChannels`, { type: "email", labels });
    expect(made.creationRecord).to.have.keys("mutateTime", "mutatedBy");
    expect(made.creationRecord.mutateTime).to.match(/\.\d{3,9}Z$/);
    const changed = await cloud.must(`PATCH monitoring/v3/${name}?updateMask=displayName`, { displayName: "Ours" });
    expect(changed.creationRecord).to.deep.equal(made.creationRecord);
    expect(changed.mutationRecords).to.have.lengthOf(2);
  });

  it("answers as Google describes it", () => expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]));
});

describe("a percentile", () => {
  it("lies between the values next to it", () => {
    expect(percentile([1], 99)).to.equal(1);
    expect(percentile([4, 1, 3, 2, 5], 50)).to.equal(3);
    expect(percentile([0, 10], 95)).to.equal(9.5);
  });
});
