import { expect } from "chai";
import { bytesTogether, type Step } from "./images";

const step = (createdBy: string, bytes: number, created = 1): Step => ({ createdBy, bytes, created });

describe("the size of images together", () => {
  const base = [step("debian", 70), step("python", 50)];

  it("counts once what they begin with", () => {
    expect(
      bytesTogether([
        [...base, step("leads", 10)],
        [...base, step("meet", 20)],
      ]),
    ).to.equal(150);
  });

  it("counts again what comes after a difference, equal or not", () => {
    const own = (name: string) => [...base, step(name, 5), step("static files", 4)];
    expect(bytesTogether([own("leads"), own("meet")])).to.equal(138);
  });

  it("takes a step made again for another one", () => {
    expect(bytesTogether([[step("debian", 70, 1)], [step("debian", 70, 2)]])).to.equal(140);
  });

  it("is the size of a single one", () => {
    expect(bytesTogether([base])).to.equal(120);
    expect(bytesTogether([])).to.equal(0);
  });
});
