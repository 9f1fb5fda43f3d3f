import { expect } from "chai";
import { median, ratio } from "./statistics";

describe("statistics of the benchmark", () => {
  it("take the middle one of an odd number, in whatever order", () => {
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([7])).to.equal(7);
  });

  it("take the mean of the middle two of an even number", () => {
    expect(median([10, 2, 4, 1])).to.equal(3);
  });

  it("sort by number, not by text, and leave what they were given as it was", () => {
    const values = [10, 9, 100];
    expect(median(values)).to.equal(10);
    expect(values).to.deep.equal([10, 9, 100]);
  });

  it("have no median of nothing", () => {
    expect(median([])).to.be.NaN;
  });

  it("compare pair by pair, so a machine that slows down in the middle changes no ratio", () => {
    expect(ratio({ ours: [2, 2, 20], theirs: [1, 1, 10] })).to.equal(2);
    expect(ratio({ ours: [2, 20, 20], theirs: [1, 10, 10] })).to.equal(2);
  });
});
