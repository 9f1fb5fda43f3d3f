import { expect } from "chai";
import { derivedSecret } from "../../../../infra/targets/local/secrets";

const secret = (change: Partial<Parameters<typeof derivedSecret>[0]> = {}) =>
  derivedSecret({ seed: "seed", name: "leads-postgres-password", length: 50, ...change });

describe("a secret made of the stack's seed", () => {
  it("stays the same: data is locked with it", () => {
    expect(secret()).to.equal("fKRwPt97MOK4NfvxT1dx9ZTojNYmuI4FFFgJ16AcqSjgi1XKY7");
  });

  it("is another for another name or seed", () => {
    const all = [secret(), secret({ name: "leads-postgres-superuser-password" }), secret({ seed: "seeds" })];
    expect(new Set(all).size).to.equal(3);
  });

  it("has the length asked for, and letters and digits alone", () => {
    for (const length of [1, 32, 50, 500]) expect(secret({ length })).to.match(new RegExp(`^[A-Za-z0-9]{${length}}$`));
  });
});
