import { expect } from "chai";
import { ProblemsError, refuse, suggestion } from "../../infra/problems";

const problem = { path: "fleet:target", message: "is missing", cure: "pulumi config set fleet:target local" };

describe("problems", () => {
  it("are all in one message: where, what, cure; without a stack trace", () => {
    const error = new ProblemsError([problem, { ...problem, path: "fleet:systems" }]);
    expect(error.message).to.equal(
      "2 problems, nothing was touched:\n" +
        "  - fleet:target: is missing\n    cure: pulumi config set fleet:target local\n" +
        "  - fleet:systems: is missing\n    cure: pulumi config set fleet:target local",
    );
    expect(error.stack).to.not.include(" at ");
  });

  it("end the program only when there are any", () => {
    expect(() => refuse([])).to.not.throw();
    expect(() => refuse([problem])).to.throw(ProblemsError);
  });

  it("suggest what was meant, when something is close", () => {
    expect(suggestion("lead", ["leads", "meet"])).to.equal(" Did you mean leads?");
    expect(suggestion("banana", ["leads", "meet"])).to.equal("");
  });
});
