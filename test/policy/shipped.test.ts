import { expect } from "chai";
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

describe("what is shipped", () => {
  it("breaks no policy with booking alone, the default of prod", async () => {
    expect(broken((await askedOfGoogle()).map(asResource))).to.deep.equal([]);
  });

  it("breaks no policy with every system, Redis, MySQL, workers and a scheduler", async () => {
    const asked = await askedOfGoogle({ settings: everySystem });
    expect(broken(asked.map(asResource))).to.deep.equal([]);
  });

  it("breaks one policy where the deletion protection is off, so that a pull request shows it", async () => {
    const asked = await askedOfGoogle({ cloud: { deletionProtection: false } });
    expect(broken(asked.map(asResource))).to.deep.equal(["sql-deletion-protection"]);
  });
});
