import { expect } from "chai";
import { loadApis } from "../../rehearsal/apis";
import type { Resource } from "../../rehearsal/store";
import { PROJECT, TestCloud } from "./cloud";
import { corpus } from "./corpus";
import type { Pair } from "./corpus/pair";

/** What a work would leave behind on a machine with an engine, of the resources that later requests ask for. */
const LEFT: Record<string, { kind: string; as: Resource }> = {
  "artifactregistry.create": { kind: "artifactregistry.repositories", as: {} },
  "redis.apply": { kind: "redis.instances", as: { state: "READY" } },
  "sql.apply": { kind: "sql.instances", as: { state: "RUNNABLE" } },
};

describe("wrong requests and their right twins", () => {
  const cloud = new TestCloud(32350);
  const apis = loadApis();

  /** Works that need no engine. */
  const work = (name: string) => (input: Resource) => {
    const { store } = cloud.rehearsal.cloud;
    const left = LEFT[name];
    const key = String(input["name"] ?? input["instance"]);
    const made = (input["repository"] ?? {}) as Resource;
    if (left) store.put(left.kind, key, { ...(store.get(left.kind, key) ?? { ...made, name: key }), ...left.as });
    return Promise.resolve({});
  };
  const { works: usage } = apis.find(({ name }) => name === "serviceusage")!;
  const withoutEngine = Object.fromEntries(
    apis.flatMap(({ works = {} }) => Object.keys(works)).map((name) => [name, work(name)]),
  );

  before(() => cloud.open());
  beforeEach(async () => {
    const { operations, store } = cloud.rehearsal.cloud;
    store.empty();
    const switching = Object.entries(usage!).map(([name, done]) => [
      name,
      (input: Resource) => done({ ...cloud.rehearsal.cloud, input }),
    ]);
    operations.begin({ ...withoutEngine, ...(Object.fromEntries(switching) as typeof withoutEngine) });
    cloud.enable(...apis.map(({ service }) => service.replace(".googleapis.com", "")));
    await cloud.must(`POST iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: "web-app" });
  });
  after(async () => {
    // Nothing was made with an engine.
    cloud.rehearsal.cloud.store.empty();
    await cloud.remove();
  });

  const given = async ({ given: steps = [] }: Pair): Promise<void> => {
    for (const [ask, body] of steps) {
      await cloud.must(ask, body);
      await cloud.rehearsal.cloud.operations.settled();
    }
  };

  it("are 120 of each at least, each with its source", () => {
    expect(corpus.length).to.be.at.least(120);
    for (const { from } of corpus) expect(from).to.match(/^https:\/\//);
    expect(new Set(corpus.map(({ what, from }) => `${what} ${from}`)).size).to.equal(corpus.length);
  });

  for (const pair of corpus)
    it(`refuses ${pair.what}, and takes the right one (${pair.from})`, async () => {
      await given(pair);
      const wrong = await cloud.ask(pair.wrongAsk ?? pair.ask, pair.wrong);
      expect(wrong.body.error?.message ?? JSON.stringify(wrong.body)).to.match(pair.says);
      expect(wrong.status).to.equal(pair.status ?? 400);
      const right = await cloud.ask(pair.ask, pair.right);
      expect([right.status, right.body.error?.message]).to.deep.equal([200, undefined]);
      await cloud.rehearsal.cloud.operations.settled();
    });
});
