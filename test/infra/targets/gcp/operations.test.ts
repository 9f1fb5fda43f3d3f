import { expect } from "chai";
import { runDone, sqlDone } from "../../../../infra/targets/gcp/operations";

/** Answers to questions one after the other, the last one again and again. */
const asking = (...answers: object[]) => {
  const asked: string[] = [];
  const ask = <T>(method: string, path: string): Promise<T> => {
    asked.push(`${method} ${path}`);
    return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1] as T);
  };
  return { asked, ask };
};
const failure = (work: Promise<void>): Promise<string> =>
  work.then(
    () => "",
    ({ message }: Error) => message,
  );

describe("an operation of Google's", () => {
  const operation = { name: "operations/1" };

  it("that is done at once is asked for no more", async () => {
    const { asked, ask } = asking();
    await runDone({ operation: { ...operation, done: true }, ask, pauseMs: 1 });
    expect(asked).to.deep.equal([]);
  });

  it("is asked for until it is done, and its failure is told", async () => {
    const { asked, ask } = asking(operation, { ...operation, done: true, error: { message: "no quota" } });
    expect(await failure(runDone({ operation, ask, pauseMs: 1 }))).to.equal("no quota");
    expect(asked).to.deep.equal(["GET operations/1", "GET operations/1"]);
  });

  it("that never ends is given up where somebody said for how long", async () => {
    const { ask } = asking(operation);
    const told = await failure(runDone({ operation, ask, pauseMs: 1, patienceMs: 20 }));
    expect(told).to.equal("operations/1 was not done after 0.02 s");
  });

  it("of Cloud SQL is below its project, and may fail without a reason", async () => {
    const { asked, ask } = asking({ name: "2", status: "RUNNING" }, { name: "2", status: "DONE", error: {} });
    const work = sqlDone({ operation: { name: "2", status: "PENDING" }, ask, pauseMs: 1, project: "p" });
    expect(await failure(work)).to.equal("Google gave no reason");
    expect(asked).to.deep.equal(["GET projects/p/operations/2", "GET projects/p/operations/2"]);
  });
});
