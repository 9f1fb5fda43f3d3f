import { expect } from "chai";
import { Reviews } from "../reviews";
import {
  REVIEW_ACCOUNT,
  REVIEW_PROJECT,
  requestsIn,
  giveReviewRights,
  writeReviewRecording,
  type ReviewCommand,
  type ReviewRequest,
} from "./review-account";

/**
 * A review of leads by the account of docs/team.md, which has its roles and no other: made, updated, listed, closed, swept. What
 * the commands asked is written into reviews.json, which reviews.test.ts asks again.
 */
describe("the account of reviews on the rehearsed cloud", function () {
  this.timeout(900_000);
  const reviews = new Reviews(30_300, REVIEW_PROJECT);
  const commands: Record<ReviewCommand, ReviewRequest[]> = { up: [], list: [], close: [], sweep: [] };

  before(async () => {
    await reviews.open('fleet:systems=["leads"]');
    const [accountId] = REVIEW_ACCOUNT.split("@");
    await reviews.ask(`iam/v1/projects/${REVIEW_PROJECT}/serviceAccounts`, { accountId });
    await giveReviewRights({ post: (path, body) => reviews.ask(path, body), project: REVIEW_PROJECT });
    reviews.signIn(REVIEW_ACCOUNT);
  });
  after(() => reviews.close());

  const record = async (command: ReviewCommand, ...args: string[]): Promise<string> => {
    reviews.requests.empty();
    const { code, output } = await reviews.review(command, ...args);
    const { denied, unanswered } = reviews.requests.summary();
    expect(code, output).to.equal(0);
    expect({ denied, unanswered }, output).to.deep.equal({ denied: [], unanswered: [] });
    commands[command] = [...commands[command], ...requestsIn(reviews.requests.entries())];
    return output;
  };

  it("makes a review, with its test data", async () => {
    await record("up", "12");
    expect(reviews.report(12)?.testData).to.deep.equal({ "leads/web": { times: 1 } });
  });

  it("brings it to what was pushed", async () => {
    reviews.push("services/leads/config/settings.py", "\n# A push.\n");
    expect(await record("up", "12")).to.match(/~ {2}gcp:cloudrunv2:Service leads-web updated/);
  });

  it("lists it", async () => {
    expect(await record("list")).to.match(/pr-12/);
  });

  it("closes it", async () => {
    await record("close", "12");
    expect(await reviews.leftOf(12)).to.deep.equal([]);
  });

  it("sweeps one that nobody has updated", async () => {
    await record("up", "13");
    await record("sweep", "--older-than", "0");
    expect(await reviews.leftOf(13)).to.deep.equal([]);
    const date = new Date().toISOString().slice(0, 10);
    writeReviewRecording({ date, what: "a review of leads, by reviews.soak.ts", commands });
  });
});
