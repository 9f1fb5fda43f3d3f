import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { loadSettings } from "./loaded";
import { settingsSchema } from "../../../infra/settings/schema";
import { settingTypes } from "../../../infra/settings/types";
import { ProblemsError } from "../../../infra/problems";

const load = async (config: Record<string, string>, stack = "dev") => {
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "fleet", stack);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [`fleet:${key}`, value])),
  );
  return loadSettings();
};

const refusal = async (config: Record<string, string>, stack?: string): Promise<string> => {
  try {
    await load(config, stack);
  } catch (error) {
    expect(error).to.be.instanceOf(ProblemsError);
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
};

describe("the settings", () => {
  const { FLEET_IMAGE_PREFIX } = process.env;
  beforeEach(() => ["FLEET_IMAGE_PREFIX", "CODESPACE_NAME"].forEach((name) => delete process.env[name]));
  after(() => {
    if (FLEET_IMAGE_PREFIX !== undefined) process.env["FLEET_IMAGE_PREFIX"] = FLEET_IMAGE_PREFIX;
    pulumi.runtime.setAllConfig({});
  });

  it("have a default for all but the target", async () => {
    const { settings } = await load({ target: "local" });
    expect(settings).to.deep.equal({
      stack: "dev",
      target: "local",
      systems: ["all"],
      mariadb: false,
      portOffset: 0,
      hotReload: false,
      forwardedHosts: [],
      imagePrefix: "",
      secrets: [],
    });
  });

  it("carry names of secrets, and values apart as Pulumi secrets", async () => {
    const { settings, secretValues } = await load({ target: "local", secrets: '{"leads-postgres-password":"s3"}' });
    expect(settings.secrets).to.deep.equal(["leads-postgres-password"]);
    expect(JSON.stringify(settings)).to.not.include("s3");
    expect(await pulumi.isSecret(secretValues["leads-postgres-password"] as pulumi.Output<string>)).to.equal(true);
  });

  it("take the image prefix from the environment where the stack is silent", async () => {
    process.env["FLEET_IMAGE_PREFIX"] = "mirror.example/";
    expect((await load({ target: "local" })).settings.imagePrefix).to.equal("mirror.example/");
    expect((await load({ target: "local", imagePrefix: "ours/" })).settings.imagePrefix).to.equal("ours/");
  });

  const refused: [what: string, config: Record<string, string>, message: RegExp][] = [
    [
      "no target",
      {},
      /fleet:target: is missing; allowed: local, gcp[^]*\.\/fleet pulumi config set fleet:target local --stack dev/,
    ],
    ["an unknown target", { target: "aws" }, /fleet:target: .*; allowed: local, gcp/],
    [
      "an unknown key",
      { target: "local", hotRelod: "true" },
      /fleet:hotRelod: is not a setting. Did you mean hotReload\?[^]*config rm fleet:hotRelod --stack dev/,
    ],
    [
      "systems that are no list",
      { target: "local", systems: "leads" },
      /fleet:systems: .*allowed: a list of system names/,
    ],
    ["a system without a name", { target: "local", systems: "[1]" }, /fleet:systems/],
    [
      "a word for a switch",
      { target: "local", mariadb: "on" },
      /fleet:mariadb: .*allowed: true, false[^]*fleet:mariadb true/,
    ],
    ["half a port", { target: "local", portOffset: "0.5" }, /fleet:portOffset: .*a whole number from 0 to 50000/],
    ["a negative offset", { target: "local", portOffset: "-1" }, /fleet:portOffset/],
    ["an offset that is too high", { target: "local", portOffset: "50001" }, /fleet:portOffset/],
    ["a number for hot reload", { target: "local", hotReload: "1" }, /fleet:hotReload: .*allowed: true, false/],
    ["a prefix without slash", { target: "local", imagePrefix: "mirror" }, /fleet:imagePrefix: .*ends with \//],
    [
      "an empty secret",
      { target: "local", secrets: '{"a":""}' },
      /fleet:secrets.a: is empty[^]*config set --secret --path 'fleet:secrets\["a"\]' --stack/,
    ],
    [
      "hot reload in the cloud",
      { target: "gcp", hotReload: "true" },
      /fleet:hotReload: works with the target local alone/,
    ],
    [
      "a port offset in the cloud",
      { target: "gcp", portOffset: "5" },
      /fleet:portOffset: works with the target local alone/,
    ],
  ];
  for (const [what, config, message] of refused) {
    it(`refuse ${what}`, async () => expect(await refusal(config)).to.match(message));
  }

  it("refuse a stack's name that containers cannot bear", async () => {
    expect(await refusal({ target: "local" }, "Feature X")).to.match(/stack Feature X: .*lower-case/);
  });

  it("report every problem at once", async () => {
    const message = await refusal({ mariadb: "maybe", portOffset: "x" });
    for (const key of ["3 problems", "fleet:target", "fleet:mariadb", "fleet:portOffset"])
      expect(message).to.include(key);
  });
});

describe("Pulumi.yaml", () => {
  type Declared = { type?: string; description?: string; default?: unknown };
  const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as { config: Record<string, Declared> };
  const { shape } = settingsSchema;

  it("declares every key of the schema, and no other, with type and description", () => {
    expect(Object.keys(config)).to.have.members(Object.keys(shape).map((key) => `fleet:${key}`));
    for (const [key, declared] of Object.entries(config)) expect(declared, key).to.include.keys("type", "description");
  });

  it("declares the types of the schema, by which values are read", () => {
    for (const [key, type] of Object.entries(settingTypes)) expect(config[`fleet:${key}`]?.type, key).to.equal(type);
  });

  it("gives every key the default of the schema", () => {
    for (const [key, field] of Object.entries(shape)) {
      const { success, data } = field.safeParse(undefined);
      // Pulumi wants every key that has no default; an empty text stands for one that is left out.
      expect(config[`fleet:${key}`]?.default, key).to.deep.equal(success ? (data ?? "") : undefined);
    }
  });
});
