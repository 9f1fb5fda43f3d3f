import { expect } from "chai";
import { known } from "../../policy/known";
import { UNKNOWN } from "../../policy/rule";

/** Throws where a value is not known yet, as the policy SDK's proxies do. */
const withUnknown = <T extends object>(value: T, unknown: string): T =>
  new Proxy(value, {
    get: (target, key) => {
      if (key === unknown) throw new Error(`string value at .${unknown} can't be known during preview`);
      return Reflect.get(target, key) as unknown;
    },
  });

describe("what a policy knows in a preview", () => {
  it("is everything but the values that only the update will know", () => {
    expect(known(withUnknown({ image: "", name: "web" }, "image"))).to.deep.equal({ image: UNKNOWN, name: "web" });
  });

  it("includes the rest of a list with an unknown element", () => {
    expect(known({ list: withUnknown(["a", "b"], "0") })).to.deep.equal({ list: [UNKNOWN, "b"] });
  });

  it("never hides another error", () => {
    const broken = new Proxy(
      { name: "" },
      {
        get: () => {
          throw new Error("broken");
        },
      },
    );
    expect(() => known(broken)).to.throw("broken");
  });
});
