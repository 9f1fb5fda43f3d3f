import { expect } from "chai";
import { staleReviews, strandedSlots } from "../../../ops/review/known";
import { chooseSlot, slotOf } from "../../../ops/review/slots";
import { linesOf } from "../../../ops/review/up";

const held = (...stacks: (string | undefined)[]) =>
  stacks.map((stack) => (stack === undefined ? undefined : { stack, reviews: 2 }));
const choose = (holders: (string | undefined)[], stack: string, besides: number[] = [], reviews = 2) =>
  chooseSlot({ holders: held(...holders), stack, reviews, besides });

describe("a review's slot", () => {
  it("is the one that it has or, without one, the lowest that is free", () => {
    expect(choose([undefined, "pr-3"], "pr-3")).to.equal(2);
    expect(choose([undefined, "pr-3"], "pr-4")).to.equal(1);
    expect(choose(["pr-1"], "pr-4")).to.equal(2);
    expect(slotOf(held("pr-1", undefined), "pr-2")).to.equal(undefined);
  });

  it("is none that another review took meanwhile", () => {
    expect(choose([], "pr-4", [1])).to.equal(2);
  });

  it("is refused where none is free, with one that could be closed", () => {
    expect(() => choose(["pr-1", "pr-2"], "pr-4")).to.throw(
      /are there: pr-1, pr-2\n.*cure: close it: \.\/fleet review close 1/s,
    );
    expect(() => choose([], "pr-4", [1, 2])).to.throw(/cure: \.\/fleet review up 4 \(another one was being made/);
  });

  it("is refused where Google has it and the backend does not know: it would be tried for ever", () => {
    expect(() => choose(["pr-4"], "pr-4", [1])).to.throw(
      /it holds slot 1 at Google, and this backend does not know of it/,
    );
  });

  it("is refused where there were others than there are: their Redis databases would overlap", () => {
    expect(() => choose(["pr-1"], "pr-4", [], 3)).to.throw(
      /fleet:reviews: is 3, and pr-1 was made where it was 2: .*review close 1, or keep it: .*fleet:reviews 2 --stack review-base/s,
    );
    // Also one in a slot that there is no more.
    expect(() => choose([undefined, "pr-1"], "pr-4", [], 1)).to.throw(/is 1, and pr-1 was made where it was 2/);
  });

  it("is stranded where no stack of the backend is its holder's", () => {
    const known = [{ number: 1, stack: "pr-1", updated: undefined, resources: 3 }];
    expect(strandedSlots(held("pr-1", undefined, "pr-9"), known)).to.deep.equal([
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
