import { expect } from "chai";
import { productionEnv } from "./instance";

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
});
