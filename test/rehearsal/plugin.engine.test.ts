import { expect } from "chai";
import { accessSecret } from "../../rehearsal/apis/secrets";
import { PROJECT, TestCloud } from "./cloud";
import { Program, type Run } from "./program";

/** Every simple API in one program. */
const SOURCE = `
const api = (name) => new gcp.projects.Service(name, { service: name + ".googleapis.com", disableOnDestroy: false });
const dependsOn = ["secretmanager", "artifactregistry", "iam", "monitoring"].map(api);
const account = new gcp.serviceaccount.Account("web", { accountId: "web-app", displayName: "Web" }, { dependsOn });
const secret = new gcp.secretmanager.Secret("key", { secretId: "key", replication: { auto: {} }, labels: { team: "web" } }, { dependsOn });
new gcp.secretmanager.SecretVersion("key", { secret: secret.id, secretData: pulumi.secret("of the test") });
new gcp.secretmanager.SecretIamMember("key", {
  secretId: secret.id, role: "roles/secretmanager.secretAccessor", member: pulumi.interpolate\`serviceAccount:\${account.email}\`,
});
new gcp.projects.IAMMember("sql", {
  project: "${PROJECT}", role: "roles/cloudsql.client", member: pulumi.interpolate\`serviceAccount:\${account.email}\`,
});
new gcp.artifactregistry.Repository("images", {
  location: "europe-west1", repositoryId: "images", format: "DOCKER",
  cleanupPolicies: [{ id: "recent", action: "KEEP", mostRecentVersions: { keepCount: 10 } }],
}, { dependsOn });
const channel = new gcp.monitoring.NotificationChannel("team", { type: "email", displayName: "Team", labels: { email_address: "a@example.com" } }, { dependsOn });
new gcp.monitoring.AlertPolicy("cpu", {
  displayName: "CPU", combiner: "OR", notificationChannels: [channel.id],
  conditions: [{ displayName: "high", conditionThreshold: {
    filter: 'resource.type = "cloud_run_revision" AND metric.type = "run.googleapis.com/request_latencies"',
    comparison: "COMPARISON_GT", thresholdValue: 1000, duration: "300s",
    aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_PERCENTILE_95" }],
  } }],
});
`;

describe("the Google plugin against the rehearsed cloud", () => {
  const cloud = new TestCloud(32060);
  const program = new Program(cloud);
  before(async () => {
    await cloud.open();
    await program.open(SOURCE);
  });
  after(async () => {
    program.remove();
    await cloud.remove();
  });

  const must = async (run: Promise<Run>): Promise<Run> => {
    const done = await run;
    if (done.code !== 0) throw new Error(done.output);
    return done;
  };

  it("makes everything, survives a 503 and a 429 on the way, and asks nothing that Google would refuse", async () => {
    const { faults } = cloud.rehearsal.cloud;
    faults.add({ kind: "error", at: "secretmanager.projects.secrets.create", times: 1, status: 503 });
    faults.add({ kind: "error", at: "artifactregistry.projects.locations.repositories.create", times: 1, status: 429 });
    const { changes } = await must(program.up());
    expect(changes).to.deep.equal({ created: 13 });
    const { violations, unanswered, ownViolations } = cloud.rehearsal.report.summary();
    expect({ violations, unanswered, ownViolations }).to.deep.equal({
      violations: [],
      unanswered: [],
      ownViolations: [],
    });
    expect(faults.pending()).to.deep.equal([]);
    const version = `projects/${PROJECT}/secrets/key/versions/1`;
    const serviceAccount = `web-app@${PROJECT}.iam.gserviceaccount.com`;
    expect(accessSecret(cloud.rehearsal.cloud, { serviceAccount, version }).toString()).to.equal("of the test");
  });

  it("finds nothing to do, also after a restart of the cloud and with a refresh", async () => {
    expect((await must(program.up())).changes).to.deep.equal({ unchanged: 13 });
    await cloud.close();
    await cloud.open();
    expect((await must(program.up("--refresh"))).changes).to.deep.equal({ unchanged: 13 });
  });

  it("changes what changed, and nothing else", async () => {
    program.write(
      SOURCE.replace('displayName: "Web"', 'displayName: "Web app"').replace('team: "web"', 'team: "apps"'),
    );
    expect((await must(program.up())).changes).to.deep.equal({ updated: 2, unchanged: 11 });
    expect((await must(program.up("--refresh"))).changes).to.deep.equal({ unchanged: 13 });
  });

  it("takes everything away", async () => {
    await must(program.pulumi("destroy", "--yes", "--skip-preview"));
    const { store, grants } = cloud.rehearsal.cloud;
    for (const kind of [
      "secretmanager.secrets",
      "secretmanager.versions",
      "artifactregistry.repositories",
      "monitoring.alertPolicies",
    ])
      expect(store.list(kind), kind).to.deep.equal([]);
    expect(grants.all()).to.deep.equal([]);
    const { violations, unanswered, ownViolations } = cloud.rehearsal.report.summary();
    expect({ violations, unanswered, ownViolations }).to.deep.equal({
      violations: [],
      unanswered: [],
      ownViolations: [],
    });
  });
});
