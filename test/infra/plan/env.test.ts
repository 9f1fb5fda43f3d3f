import { expect } from "chai";
import { messagingUrl, topicArn } from "../../../infra/catalogue/vocabulary";
import { plannedEnv } from "../../../infra/plan/env";

const situation = {
  system: "shop",
  isOn: () => true,
  hasValue: () => true,
  hotReload: false,
  forwarded: [],
  environment: "production",
  review: undefined,
} as const;
const env = { TOPIC: topicArn("queue", "news"), ENDPOINT: messagingUrl("queue") };

describe("a planned environment", () => {
  it("names a topic as the catalogue does", () => {
    expect(plannedEnv({ ...situation, env }).env).to.deep.equal({
      TOPIC: { kind: "topic", datastore: "shop/queue", topic: "news" },
      ENDPOINT: { kind: "messaging", datastore: "shop/queue" },
    });
  });

  it("gives a topic the name of a review as a prefix, and changes nothing else", () => {
    expect(plannedEnv({ ...situation, env, review: "pr-12" })).to.deep.equal({
      env: {
        TOPIC: { kind: "topic", datastore: "shop/queue", topic: "pr-12-news" },
        ENDPOINT: { kind: "messaging", datastore: "shop/queue" },
      },
      needs: ["shop/queue", "shop/queue"],
    });
  });
});
