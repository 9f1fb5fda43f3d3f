import { expect } from "chai";
import { isLifted } from "../../policy/lift";

const guarding = { name: "any", description: "", covers: [], guardsData: true } as unknown as Parameters<
  typeof isLifted
>[0];
const urn = (stack: string): string =>
  `urn:pulumi:${stack}::fleet::gcp:sql/databaseInstance:DatabaseInstance::postgres`;

describe("the protection of data", () => {
  it("is lifted for the one stack that a person names", () => {
    const env = { FLEET_LIFT_PROTECTION_OF: "prod" };
    expect([isLifted(guarding, urn("prod"), env), isLifted(guarding, urn("prod2"), env)]).to.deep.equal([true, false]);
    expect(isLifted(guarding, urn("prod"), {})).to.equal(false);
  });

  it("is lifted for reviews, but not for what they share, nor for what is named nearly so", () => {
    expect(isLifted(guarding, urn("pr-12"), {})).to.equal(true);
    for (const stack of ["review-base", "pr-0", "pr-12b", "pr12", "prod"])
      expect(isLifted(guarding, urn(stack), {}), stack).to.equal(false);
    const { guardsData: _, ...other } = guarding;
    expect(isLifted(other, urn("pr-12"), {})).to.equal(false);
  });
});
