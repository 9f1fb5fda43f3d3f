import { expect } from "chai";
import { commandLine, readOptions } from "./options";

const names = ["noop", "cold"];
const read = (...args: string[]) => readOptions({ argv: ["node", "bench", ...args], names });

describe("the benchmark's options", () => {
  it("measure everything ten times unless told", () => {
    expect(read()).to.deep.equal({ runs: 10, only: ["noop", "cold"], json: false });
  });

  it("take a number of runs and a choice", () => {
    expect(read("--runs", "3", "--only", "cold,noop", "--json")).to.deep.equal({
      runs: 3,
      only: ["cold", "noop"],
      json: true,
    });
  });

  for (const [args, message] of [
    [["--runs", "0"], "Allowed: a whole number from 1 to 9999"],
    [["--runs", "many"], "Allowed: a whole number from 1 to 9999"],
    [["--only", "warm"], "Allowed: noop, cold"],
    [["--fast"], "unknown option '--fast'"],
    [["noop"], "too many arguments"],
  ] as const) {
    it(`refuse ${args.join(" ")} and say what is allowed`, () => {
      const said: string[] = [];
      const command = commandLine(names)
        .exitOverride()
        .configureOutput({ writeErr: (text) => said.push(text) });
      expect(() => command.parse(["node", "bench", ...args])).to.throw();
      expect(said.join("")).to.contain(message);
    });
  }
});
