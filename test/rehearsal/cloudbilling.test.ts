import { expect } from "chai";
import { PROJECT, TestCloud } from "./cloud";

describe("who pays for the rehearsed project", () => {
  const cloud = new TestCloud(32733);
  const ask = `GET cloudbilling/v1/projects/${PROJECT}/billingInfo`;
  before(() => cloud.open());
  after(() => cloud.remove());

  it("is told once the API is enabled; before that Terraform looks the project up without it", async () => {
    const { status, body } = await cloud.ask(ask);
    expect(status).to.equal(403);
    expect(body.error.errors[0].reason).to.equal("accessNotConfigured");
    expect(body.error.details[0].reason).to.equal("SERVICE_DISABLED");
    cloud.enable("cloudbilling");
    expect(await cloud.must(ask)).to.include({ projectId: PROJECT, billingEnabled: true });
  });
});
