import { expect } from "chai";
import { fuzz } from "./fuzz";

describe("the rehearsed cloud, asked anything", () => {
  it("answers no request with 500, and its state stays readable", async () => {
    const { faults, methods } = await fuzz({ port: 32710, seed: 20261129, count: 200 });
    expect(faults).to.deep.equal([]);
    expect(methods).to.be.greaterThan(50);
  });
});
