import { expect } from "chai";
import type { CloudSettings } from "../../infra/settings/cloud";
import type { Resource } from "../../policy/rule";
import { everySystem } from "../infra/example";
import { askedOfGoogle } from "../infra/targets/cloud";
import type { Asked } from "../inventory";
import { broken } from "./broken";

/** As a policy sees it: secrets opened, digests as long as real ones. */
const asResource = ({ type, name, inputs }: Asked): Resource => ({
  type,
  name,
  props: opened(inputs) as Resource["props"],
});

const opened = (value: unknown): unknown => {
  if (typeof value === "string") return value.replace(/@sha256:.*$/, `@sha256:${"a".repeat(64)}`);
  if (Array.isArray(value)) return value.map(opened);
  if (value === null || typeof value !== "object") return value;
  if (Object.keys(value).join() === "secret") return opened((value as { secret: unknown }).secret);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
};

const found = async (of: Parameters<typeof askedOfGoogle>[0] = {}): Promise<string[]> =>
  broken((await askedOfGoogle(of)).map(asResource));

/** Each setting of a cloud stack once more than its default, and what the pack says then. */
const others: [settings: Partial<CloudSettings>, says: string[]][] = [
  [{ sql: "perSystem" }, []],
  [{ redis: "shared" }, []],
  [{ redis: "shared", redisTls: false }, []],
  [{ redisGivenUp: "prod-redis" }, []],
  [{ mysqlVersion: "MYSQL_8_0" }, []],
  [{ databaseTier: "db-custom-4-15360", databaseConnections: 1000 }, []],
  [{ maxInstances: 1 }, []],
  [{ subnetwork: "other" }, []],
  [{ registryHost: "registry.example.com" }, []],
  [{ rotations: { "booking-reservas-database-password": 3 } }, []],
  [{ messagingEndpoint: "https://messaging.example.com" }, []],
  // What the pack is there to show: the owner decides.
  [{ alerts: false }, ["stack-watched"]],
  [{ deletionProtection: false }, ["sql-deletion-protection"]],
];

describe("what is shipped", () => {
  it("breaks no policy with booking alone, the default of prod", async () => {
    expect(await found()).to.deep.equal([]);
  });

  it("breaks no policy with every system, Redis, MySQL, workers and a scheduler", async () => {
    expect(await found({ settings: everySystem })).to.deep.equal([]);
  });

  for (const [cloud, says] of others)
    it(`breaks ${says.join(", ") || "no policy"} with every system and ${JSON.stringify(cloud)}`, async () => {
      expect(await found({ settings: everySystem, cloud })).to.have.members(says);
    });
});
