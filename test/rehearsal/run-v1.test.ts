import { expect } from "chai";
import { PROJECT, TestCloud } from "./cloud";

describe("version 1 of Cloud Run's API", () => {
  const cloud = new TestCloud(32732);
  const service = `projects/${PROJECT}/locations/us-central1/services/web`;
  before(async () => {
    await cloud.open();
    cloud.enable("run");
    cloud.rehearsal.cloud.store.put("run.services", service, { name: service });
  });
  after(() => cloud.remove());

  it("has the policies of version 2, as Terraform's google_cloud_run_service_iam_* ask for them", async () => {
    const policy = { bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }] };
    const { etag } = await cloud.must(`GET run/v1/${service}:getIamPolicy?options.requestedPolicyVersion=3`);
    await cloud.must(`POST run/v1/${service}:setIamPolicy`, {
      policy: { ...policy, etag },
      updateMask: "bindings,etag",
    });
    expect(await cloud.must(`GET run/v2/${service}:getIamPolicy`)).to.deep.include(policy);
    expect((await cloud.ask(`GET run/v1/${service.replace("web", "none")}:getIamPolicy`)).status).to.equal(404);
  });

  it("has no services: none is taken for one of version 2", async () => {
    for (const path of [`v1/${service}`, `apis/serving.knative.dev/v1/namespaces/${PROJECT}/services`])
      expect((await cloud.ask(`GET run/${path}`)).status, path).to.equal(501);
  });
});
