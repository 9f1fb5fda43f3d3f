import { expect } from "chai";
import { imageOf, productionEnv } from "./instance";

describe("an instance of the benchmark", () => {
  it("has the settings of production, whatever those of the laptop were, and all the others", () => {
    const laptop = ["DEBUG=True", "ENVIRONMENT=development", "DATABASE_URL=postgres://a:b@c/d?x=y", "DEBUGGER=1"];
    expect(productionEnv(laptop)).to.deep.equal([
      "DATABASE_URL=postgres://a:b@c/d?x=y",
      "DEBUGGER=1",
      "ENVIRONMENT=production",
      "DEBUG=False",
      "ALLOWED_HOSTS=127.0.0.1",
    ]);
  });

  it("is of the image that the program made, whatever else it is called", () => {
    expect(imageOf(["mine/leads:1", "fleet/leads:production-0a1b"])).to.deep.equal({
      tag: "fleet/leads:production-0a1b",
      image: "leads",
    });
    expect(() => imageOf(["fleet/leads:development-0a1b"])).to.throw("no production image");
  });
});
