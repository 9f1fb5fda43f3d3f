import { expect } from "chai";
import type { Instance } from "../../rehearsal/apis/sql/instances";
import { acceptPassword, checkRootPassword, forgetPasswords } from "../../rehearsal/apis/sql/passwords";
import { Store } from "../../rehearsal/store";

describe("an instance's policy for passwords", () => {
  const policy = { enablePasswordPolicy: true, minLength: 6, complexity: "COMPLEXITY_DEFAULT" };
  const instanceOf = (passwordValidationPolicy?: object): Instance =>
    ({ name: "main", settings: { passwordValidationPolicy } }) as unknown as Instance;
  const store = new Store(undefined);
  const refusal = (password: string | undefined, of: object | undefined, user = "anna"): string | undefined => {
    try {
      acceptPassword({ store }, { instance: instanceOf(of), user, password });
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("refuses what is short, simple or holds the user's name, in Google's words", () => {
    expect(refusal("aB1!", policy)).to.equal(
      "Invalid request: INVALID_PASSWORD: Length of password cannot be less than 6.",
    );
    for (const simple of ["abcdef1!", "ABCDEF1!", "abcDEF!!", "abcDEF12"])
      expect(refusal(simple, policy), simple).to.equal(
        "Invalid request: INVALID_PASSWORD: password should contain at least one lowercase, one uppercase, one number and one non-alphanumeric characters.",
      );
    expect(refusal("abcDEF1!", policy)).to.equal(undefined);
    expect(refusal("xAnNa12!", policy)).to.equal(undefined);
    expect(refusal("xAnNa12!", { ...policy, disallowUsernameSubstring: true })).to.match(/contain the username/);
  });

  it("refuses the last passwords of a user, and forgets them with the instance", () => {
    const remembering = { ...policy, reuseInterval: 2 };
    for (const password of ["abcDEF1!", "abcDEF2!"]) expect(refusal(password, remembering)).to.equal(undefined);
    expect(refusal("abcDEF1!", remembering)).to.match(/used before/);
    expect(refusal("abcDEF1!", remembering, "bert")).to.equal(undefined);
    expect(refusal("abcDEF3!", remembering)).to.equal(undefined);
    expect(refusal("abcDEF1!", remembering)).to.equal(undefined);
    forgetPasswords({ store }, "main/");
    expect(refusal("abcDEF1!", remembering)).to.equal(undefined);
  });

  it("does nothing while it is not enabled, and to a change without a password", () => {
    expect(refusal("a", { ...policy, enablePasswordPolicy: false })).to.equal(undefined);
    expect(refusal("a", undefined)).to.equal(undefined);
    expect(refusal(undefined, policy)).to.equal(undefined);
  });

  it("wants a password for the user who is there from the beginning", () => {
    const check = (password?: string) => () =>
      checkRootPassword({ instance: instanceOf(policy), user: "root", password });
    expect(check()).to.throw(
      "Invalid request: Root user's password is not policy compliant: Length of password cannot be less than 6. .",
    );
    expect(check("abcABC123!")).to.not.throw();
  });
});
