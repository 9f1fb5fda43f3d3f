import { expect } from "chai";
import { staleReviews, strandedSlots } from "../../../ops/review/close";
import { chooseSlot } from "../../../ops/review/slots";
import { linesOf } from "../../../ops/review/up";

describe("a review's slot", () => {
  it("is the one that it has or, without one, the lowest that is free", () => {
    expect(chooseSlot({ holders: [undefined, "pr-3"], stack: "pr-3" })).to.equal(2);
    expect(chooseSlot({ holders: [undefined, "pr-3"], stack: "pr-4" })).to.equal(1);
    expect(chooseSlot({ holders: ["pr-1", undefined, undefined], stack: "pr-4" })).to.equal(2);
  });

  it("is none that another review took meanwhile", () => {
    expect(chooseSlot({ holders: [undefined, undefined], stack: "pr-4", besides: [1] })).to.equal(2);
  });

  it("is refused where none is free, with those that could be closed", () => {
    expect(() => chooseSlot({ holders: ["pr-1", "pr-2"], stack: "pr-4" })).to.throw(
      /are there: pr-1, pr-2\n.*review close 1, or allow more: .*fleet:reviews 3 --stack review-base/s,
    );
  });

  it("is stranded where no stack of the backend is its holder's", () => {
    const known = [{ number: 1, stack: "pr-1", updated: undefined, resources: 3 }];
    expect(strandedSlots(["pr-1", undefined, "pr-9"], known)).to.deep.equal([
      "slot 3 of review-base is held by pr-9, of which this backend knows no stack",
    ]);
  });
});

describe("the sweep", () => {
  const now = new Date("2026-11-29T12:00:00Z");
  const at = (number: number, updated: string | undefined) => ({
    ...{ number, stack: `pr-${number}`, resources: 1 },
    updated: updated === undefined ? undefined : new Date(updated),
  });

  it("closes what nobody has updated for so long, and nothing of which that is not known", () => {
    const known = [at(1, "2026-11-26T11:00:00Z"), at(2, "2026-11-26T13:00:00Z"), at(3, undefined)];
    expect(staleReviews(known, { hours: 72, now }).map(({ number }) => number)).to.deep.equal([1]);
  });
});

describe("what is told of a review", () => {
  it("is a fact a line, in the words that the comment takes", () => {
    const review = {
      ...{ number: 12, stack: "pr-12", systems: ["leads", "booking"], slot: 1 },
      addresses: [{ service: "leads/web", url: "https://pr-12-leads-web-1.europe-west1.run.app" }],
      costADay: { always: 0.4, most: 1.234 },
      testData: { "leads/web": { times: 1 }, "booking/usuarios": { why: "it has no command create_test_data" } },
    };
    expect(linesOf(review)).to.deep.equal([
      "review: pr-12 of leads, booking",
      "address: leads/web https://pr-12-leads-web-1.europe-west1.run.app",
      "cost a day: 1.23 USD at most, of which 0.40 always",
      "without test data: booking/usuarios: it has no command create_test_data",
      "open: ./fleet review open 12",
    ]);
  });
});
