import { expect } from "chai";
import { servingProblems } from "../../../infra/catalogue/serving-rules";
import { meet } from "../../../infra/catalogue/meet";
import type { Background, Web } from "../../../infra/catalogue/vocabulary";
import { web } from "../example";

const problemsOf = (change: Partial<Web>): string[] =>
  servingProblems("shop.web", { ...web, ...change }).map(({ path, message }) => `${path} ${message}`);
const serving = (change: Partial<Web["serving"]>): Partial<Web> => ({ serving: { ...web.serving, ...change } });

describe("the rules of serving", () => {
  it("find nothing wrong with what is in range", () => {
    expect(problemsOf({})).to.deep.equal([]);
    expect(problemsOf({ pool: { development: 1, production: 100 } })).to.deep.equal([]);
    expect(problemsOf({ scaling: { min: 2, max: 2 } })).to.deep.equal([]);
    expect(problemsOf(serving({ workerTimeout: "0s", requestTimeout: "3600s" }))).to.deep.equal([]);
  });

  const broken: [what: string, change: Partial<Web>, problem: RegExp][] = [
    ["no process", serving({ processes: 0 }), /^shop.web.serving.processes 0 is out of range/],
    ["half a process", serving({ processes: 1.5, concurrency: 3 }), /serving.processes 1.5 is out of range/],
    ["too much at once", serving({ concurrency: 1002 }), /serving.concurrency 1002 .* allowed: 1 to 1000/],
    ["shares that differ", serving({ concurrency: 9 }), /9 requests cannot be shared equally by 2 processes/],
    ["no time for a request", serving({ requestTimeout: "0s" }), /serving.requestTimeout 0s is not a time/],
    ["minutes", serving({ workerTimeout: "1m" as "1s" }), /serving.workerTimeout 1m is not a time/],
    ["more at least than at most", { scaling: { min: 3, max: 2 } }, /shop.web.scaling.min 3 .* allowed: 0 to 2/],
    ["no instances", { scaling: { min: 0, max: 0 } }, /shop.web.scaling.max 0 is out of range/],
    ["a CPU that is always on for no reason", serving({ cpuAlwaysOn: { reason: " " } }), /cpuAlwaysOn.reason is empty/],
    ["an empty pool", { pool: { development: 0, production: 1 } }, /shop.web.pool.development 0 is out of range/],
    ["a derived variable", { env: { GUNICORN_WORKERS: "9" } }, /shop.web.env.GUNICORN_WORKERS is derived from/],
    ["a port of its own", { env: { PORT: "9" } }, /shop.web.env.PORT is derived from/],
  ];
  for (const [what, change, problem] of broken)
    it(`refuse ${what}`, () => {
      expect(problemsOf(change).join("\n")).to.match(problem);
    });

  const worker = { ...(meet.services as Record<string, Background>)["worker"]!, instances: 3 };

  it("let several of a worker run, and of a scheduler one", () => {
    expect(servingProblems("shop.worker", worker)).to.deep.equal([]);
    const [problem] = servingProblems("shop.beat", { ...worker, kind: "scheduler" });
    expect(problem?.path).to.equal("shop.beat.instances");
    expect(problem?.message).to.include("hand out no more than one");
    expect(servingProblems("shop.worker", { ...worker, instances: 0 })[0]?.message).to.include("allowed: 1 to 100");
  });
});
