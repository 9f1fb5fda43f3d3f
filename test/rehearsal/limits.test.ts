import { expect } from "chai";
import { readFileSync } from "node:fs";
import { loadDocument } from "../../rehearsal/discovery/documents";
import { filterProblem } from "../../rehearsal/limits/metrics";
import { isRegion, isRole, isService } from "../../rehearsal/limits/names";
import { REGIONS } from "../../infra/settings/regions";

const listed = (file: string): any => JSON.parse(readFileSync(`rehearsal/limits/${file}.json`, "utf8"));
const documentOf = (name: string) => {
  const [api = "", version = ""] = name.split(".");
  return loadDocument(api, version);
};

describe("the lists of Google's limits", () => {
  it("say where they are from and of when", () => {
    for (const file of ["oneofs", "described", "names", "metrics"]) {
      const { source, date, dates } = listed(file);
      expect(source, file).to.be.a("string").with.length.above(10);
      expect(String(date ?? Object.values(dates as object)[0]), file).to.match(/^20\d\d-?\d\d-?\d\d$/);
    }
  });

  it("speak of fields that the documents have", () => {
    const oneofs = listed("oneofs").oneofs as Record<string, Record<string, Record<string, string[]>>>;
    for (const [name, messages] of Object.entries(oneofs))
      for (const [schema, groups] of Object.entries(messages))
        for (const members of Object.values(groups))
          expect(documentOf(name).schemas[schema]?.properties, `${name} ${schema}`).to.include.all.keys(members);
    const limits = listed("described").limits as Record<string, Record<string, object>>;
    for (const [name, fields] of Object.entries(limits))
      for (const field of Object.keys(fields)) {
        const [schema = "", key = ""] = field.split(".");
        expect(documentOf(name).schemas[schema]?.properties, `${name} ${field}`).to.include.all.keys(key);
      }
  });

  it("have what the documents' prose and the protos say", () => {
    const { limits } = listed("described");
    expect(limits["run.v2"]["GoogleCloudRunV2ContainerPort.containerPort"]).to.deep.equal({ min: 1, max: 65_535 });
    expect(limits["monitoring.v3"]["MetricAbsence.duration"]).to.deep.equal({ min: 120, multipleOf: 60 });
    expect(limits["monitoring.v3"]["ForecastOptions.forecastHorizon"]).to.deep.equal({ min: 3600, max: 216_000 });
    expect(limits["run.v2"]["GoogleCloudRunV2SecretVolumeSource.defaultMode"]).to.deep.equal({ min: 0, max: 0o777 });
    expect(listed("oneofs").oneofs["run.v2"]["GoogleCloudRunV2Probe"]).to.deep.equal({
      probe_type: ["httpGet", "tcpSocket", "grpc"],
    });
  });

  it("have every region of the settings, and names of all products", () => {
    expect(REGIONS.filter((region) => !isRegion(region))).to.deep.equal([]);
    for (const name of ["run", "sqladmin", "sql-component", "cloudapis", "containerregistry", "servicenetworking"])
      expect(isService(`${name}.googleapis.com`), name).to.equal(true);
    for (const role of ["roles/owner", "roles/run.invoker", "roles/bigquery.dataViewer"])
      expect(isRole(role), role).to.equal(true);
    expect([isRegion("us-central"), isService("runn.googleapis.com"), isRole("roles/run.invokr")]).to.deep.equal([
      false,
      false,
      false,
    ]);
  });
});

describe("a filter of Monitoring", () => {
  it("is taken in all of the forms that its language has", () => {
    for (const filter of [
      'resource.type = "cloud_run_revision" AND metric.type="run.googleapis.com/request_count"',
      'metric.type="run.googleapis.com/request_count" resource.type="cloud_run_revision"',
      'resource.type = one_of("cloud_run_job", "cloud_run_revision") AND metric.type = starts_with("run.googleapis.com/")',
      `resource.type="gce_instance" AND metric.type="compute.googleapis.com/instance/cpu/utilization" AND (metadata.user_labels.role = "web" OR NOT metadata.system_labels."name" = monitoring.regex.full_match("a (b|c)"))`,
      'select_slo_burn_rate("projects/p/services/s/serviceLevelObjectives/o", "60m")',
      'project="p" AND group.id="1" AND metric.type="agent.googleapis.com/x" AND metric.label.state!="used"',
    ])
      expect(filterProblem(filter), filter).to.equal(undefined);
  });

  it("is not taken where a text does not end", () => {
    expect(filterProblem('resource.type="gce_instance AND metric.type=x')).to.match(/a text that does not end/);
  });
});
