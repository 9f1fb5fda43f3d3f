import { expect } from "chai";
import { one, type Asked } from "../../../inventory";
import { askedOfGoogle } from "../cloud";

describe("the foundation", () => {
  let prod: Asked[];
  before(async () => {
    prod = await askedOfGoogle();
  });

  it("has the registry scan what is pushed, by a setting that does nothing without the API", () => {
    expect(one(prod, "images", "gcp:artifactregistry/repository:Repository").inputs).to.containSubset({
      vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
    });
    expect(one(prod, "containerscanning-api").inputs["service"]).to.equal("containerscanning.googleapis.com");
  });
});
