import { expect } from "chai";
import { fetchByName } from "../../ops/stack/reachable";
import { Reviews } from "./reviews";

/** The life of two reviews of leads: its file is read from top to bottom, each step goes on from the one before. */
describe("reviews of pull requests on the rehearsed cloud", function () {
  this.timeout(240_000);
  const reviews = new Reviews(25_500);
  before(() => reviews.open('fleet:systems=["leads"]'));
  after(() => reviews.close());

  const must = async (...args: string[]): Promise<string> => {
    const { code, output } = await reviews.review(...args);
    expect(code, output).to.equal(0);
    return output;
  };

  it("are made two at once, each with a slot, databases and test data of its own", async () => {
    await Promise.all([must("up", "12"), must("up", "13")]);
    const [first, second] = [reviews.report(12), reviews.report(13)];
    expect([first?.slot, second?.slot].sort()).to.deep.equal([1, 2]);
    expect(first?.testData).to.deep.equal({ "leads/web": { times: 1 } });
    const { items } = await reviews.ask<{ items: { name: string }[] }>(
      `sqladmin/sql/v1beta4/projects/${reviews.project}/instances/review-base-postgres/databases`,
    );
    expect(items.map(({ name }) => name)).to.include.members(["leads_pr_12", "leads_pr_13"]);
  });

  it("are closed to whoever has no identity", async () => {
    const { addresses = [] } = reviews.report(12) ?? {};
    expect(addresses.map(({ service }) => service)).to.deep.equal(["leads/web"]);
    const { status } = await fetchByName(new URL("/ready/", addresses[0]?.url), {});
    expect(status).to.equal(403);
  });

  it("are as many as there may be at once; one more is refused with those that are there", async () => {
    const { code, output } = await reviews.review("up", "14");
    expect(code).to.equal(1);
    expect(output).to.match(/as many reviews as there may be at once are there: pr-1[23], pr-1[23]/);
    expect(output).to.match(/cure: close it: \.\/fleet review close 1[23]/);
  });

  it("follow the branch, and change nothing where it brings nothing", async () => {
    expect(await must("up", "12")).to.match(/Resources:\s+\d+ unchanged\n/);
    reviews.push("services/leads/config/settings.py", "\n# A push.\n");
    expect(await must("up", "12")).to.match(/~ {2}gcp:cloudrunv2:Service leads-web updated/);
  });

  it("are gone when they are closed, and their neighbours are not", async () => {
    expect(await must("close", "12")).to.match(/pr-12 is gone/);
    expect(await reviews.leftOf(12)).to.deep.equal([]);
    expect(await reviews.leftOf(13)).to.not.deep.equal([]);
    expect(await must("close", "12")).to.match(/there is no review of it/);
  });

  it("are swept once nobody has updated them for so long", async () => {
    expect(await must("sweep", "--older-than", "72")).to.match(/no review was closed that is older than 72 hours/);
    expect(await must("sweep", "--older-than", "0")).to.match(/pr-13 is gone\n[^]*1 closed\n/);
    expect(await must("list")).to.match(/no review; 2 may be there at once/);
    expect(await reviews.leftOf(13)).to.deep.equal([]);
  });
});
