import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { catalogue, type Catalogue } from "../../../infra/catalogue";
import type { Web } from "../../../infra/catalogue/vocabulary";
import { keptForever, replaceOnChanges } from "../../../infra/targets/local/container";
import type { Asked } from "../../inventory";
import { everySystem } from "../example";
import { askedOfGoogle } from "./cloud";
import { askedOfDocker, CONTAINER, emptyEngine } from "./laptop";
import { CHANGED_IN_PLACE, inputsOf, OF_THE_PLUGIN, refusals, REPLACED, USED } from "./official";

describe("what the program asks of the official plugins", function () {
  this.timeout(60_000);
  const asked: Asked[] = [];
  before(async () => {
    const every = { systems: ["all"], mariadb: true };
    const hold = { stable: "reservas-1", percent: 10, run: "0a1b2c" };
    const rollOut = { holds: { "booking/reservas": hold }, keepsPools: true };
    const { booking } = catalogue;
    const closed = booking.services["reservas"] as Web;
    const reservas: Web = { ...closed, public: { reason: "Guests book without an account" } };
    const open: Catalogue = { ...catalogue, booking: { ...booking, services: { ...booking.services, reservas } } };
    const abilities = { limitsCpu: true, confinesMounts: true };
    asked.push(
      ...(await askedOfDocker(every, { engine: { ...emptyEngine, abilities } })),
      ...(await askedOfDocker({ ...every, hotReload: false })),
      ...(await askedOfGoogle({ catalogue, settings: everySystem })),
      ...(await askedOfGoogle({
        catalogue: open,
        settings: { ...everySystem, systems: ["booking"], secrets: [] },
        cloud: { sql: "perSystem", registryHost: "localhost:5000" },
        rollOut,
      })),
    );
  });

  it("is in their schemas: known inputs of the right shape, none missing, none deprecated, allowed values", () => {
    const theirs = asked.filter(({ type }) => !type.startsWith("fleet:") && !type.startsWith("pulumi:pulumi:"));
    const types = theirs.map(({ type }) => type).filter((type) => !type.startsWith("pulumi:"));
    expect([...new Set(types)].sort()).to.deep.equal(Object.values(USED).flat().sort());
    const found = theirs.flatMap(({ type, name, inputs }) => {
      // A provider's inputs travel as JSON.
      const read = type.startsWith("pulumi:providers:") ? unwritten(inputs) : inputs;
      return refusals(read, inputsOf(type), `${type} ${name}`);
    });
    expect([...new Set(found)]).to.deep.equal([]);
  });

  it("is resources alone: no function, which stand-ins do not have", () => {
    const sources = ["infra", "stacks"].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name)),
    );
    const calls = /\b(docker|gcp|random)\.(\w+\.)*get[A-Z]\w*\(/;
    expect(calls.test("gcp.secretmanager.getSecretVersionOutput({})")).to.equal(true);
    expect(sources.filter((file) => file.endsWith(".ts") && calls.test(readFileSync(file, "utf8")))).to.deep.equal([]);
  });

  it("takes effect on a container that is there, in place or by another container", () => {
    const inputs = new Set(asked.filter(({ type }) => type === CONTAINER).flatMap((of) => Object.keys(of.inputs)));
    const effective = [...(REPLACED[CONTAINER] ?? []), ...CHANGED_IN_PLACE, ...OF_THE_PLUGIN, ...replaceOnChanges];
    expect([...inputs].filter((name) => !effective.includes(name))).to.deep.equal([]);
  });

  it("never replaces a volume with data, whatever of it changes", () => {
    expect(keptForever.ignoreChanges).to.include.members([...(REPLACED["docker:index/volume:Volume"] ?? [])]);
  });
});

const unwritten = (inputs: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [key, /^[[{]|^(true|false)$/.test(value) ? JSON.parse(value) : value]),
  );

describe("the reader of the official plugins' types", () => {
  const of = (token: string, inputs: Record<string, unknown>): string[] => refusals(inputs, inputsOf(token), "it");
  const service = "gcp:cloudrunv2/service:Service";

  for (const [what, found, said] of [
    ["an input that there is not", of("docker:index/volume:Volume", { drivr: "local" }), "it.drivr is no input"],
    [
      "one deep inside",
      of(CONTAINER, { image: "a", healthcheck: { tests: [], often: 1 } }),
      "it.healthcheck.often is no",
    ],
    ["a missing one", of(CONTAINER, {}), "it.image is missing"],
    ["a missing one deep inside", of(CONTAINER, { image: "a", ports: [{}] }), "it.ports[0].internal is missing"],
    [
      "a deprecated one",
      of("gcp:cloudrunv2/workerPool:WorkerPool", { customAudiences: [] }),
      "it.customAudiences is deprecated",
    ],
    [
      "a value that is not allowed",
      of(service, { location: "a", template: {}, ingress: "NONE" }),
      "it.ingress is NONE",
    ],
    ["a number for a text", of(CONTAINER, { image: 5 }), "it.image is 5, and should be"],
    ["one for a list", of(CONTAINER, { image: "a", envs: "A=1" }), 'it.envs is "A=1", and should be'],
  ] as const)
    it(`finds ${what}`, () => {
      expect(found.join("\n")).to.include(said);
    });
});
