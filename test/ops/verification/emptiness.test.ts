import { expect } from "chai";
import { listProject, projectOf, requireEmpty } from "../../../ops/verification/emptiness";
import { setEnabled } from "../../../rehearsal/enabled";
import { PROJECT, TestCloud } from "../../rehearsal/cloud";

const ENGINES = ["artifactregistry", "cloudscheduler", "redis", "run", "sqladmin"];

describe("a project that is to be verified in", () => {
  const cloud = new TestCloud(31590);
  const access = () => ({
    rootOf: (api: string) => `http://127.0.0.1:${cloud.port}/${api}/`,
    env: { GOOGLE_OAUTH_ACCESS_TOKEN: cloud.token },
  });
  const found = (): Promise<string[]> => listProject({ access: access(), project: PROJECT, region: "europe-west1" });

  before(() => cloud.open());
  after(() => {
    // Nothing was made with an engine.
    for (const api of ENGINES) setEnabled(cloud.rehearsal.cloud, `${api}.googleapis.com`, false);
    return cloud.remove();
  });

  it("has a number, if it can be seen", async () => {
    const { number } = cloud.rehearsal.cloud.project;
    expect(await projectOf({ access: access(), project: PROJECT })).to.deep.equal({ id: PROJECT, number });
    const other = await projectOf({ access: access(), project: "another-project" }).catch(
      (error: Error) => error.message,
    );
    expect(other).to.match(/--project: it cannot be seen with these credentials[^]*cure: an empty project/);
  });

  it("is empty where no API is enabled, and where those that are hold nothing", async () => {
    expect(await found()).to.deep.equal([]);
    cloud.enable("secretmanager", "iam", ...ENGINES);
    expect(await found()).to.deep.equal([]);
    const asked = cloud.rehearsal.report.entries().map(({ method = "" }) => method);
    expect(asked).to.include.members([
      "redis.projects.locations.instances.list",
      "run.projects.locations.workerPools.list",
    ]);
    expect(cloud.rehearsal.report.summary().unanswered).to.deep.equal([]);
  });

  it("is refused with all that it holds", async () => {
    await cloud.must(`POST iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: "reader" });
    const secret = (id: number) =>
      cloud.must(`POST secretmanager/v1/projects/${PROJECT}/secrets?secretId=s${id}`, {
        replication: { automatic: {} },
      });
    await Promise.all([1, 2].map(secret));
    const names = await found();
    expect(names.map((name) => name.replace(/^projects\/\d+\//, ""))).to.have.members([
      `reader@${PROJECT}.iam.gserviceaccount.com`,
      ...["secrets/s1", "secrets/s2"],
    ]);
    expect(() => requireEmpty({ found: names, project: PROJECT })).to.throw(
      /it is not empty[^]*secrets\/s2\n +cure: gcloud/,
    );
    expect(() => requireEmpty({ found: [], project: PROJECT })).to.not.throw();
  });
});
