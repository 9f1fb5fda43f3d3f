import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { resolve } from "node:path";
import { publish } from "../../infra/plan/publish";
import { RECORD_TYPE } from "../../infra/plan/published";
import * as gcp from "../../infra/targets/gcp";
import type { EngineState } from "../../infra/targets/local/engine";
import type { Gates } from "../../infra/targets/local/gates";
import * as local from "../../infra/targets/local";
import { recorded } from "../../stacks/record";
import { catalogue, cloud, cloudPlan, cloudSettings, localPlan, settings } from "../infra/example";
import { machine, recordingRunner, stateOf } from "../infra/targets/cloud";
import { failing, inventoryOf, type Asked, type Exits } from "../inventory";

const open: Gates = { datastore: () => Promise.resolve(), service: () => Promise.resolve() };
const servicesFolder = resolve("services");

/** The shop on a laptop, in a stack of Pulumi's. */
const onLaptop = (gates: Partial<Gates> = {}, exits: Exits = {}): Promise<Asked[]> => {
  const plan = localPlan(catalogue, settings);
  const engine: EngineState = { containers: [], volumes: [], takenPorts: new Map() };
  const make = async () =>
    (await local.prepare({ plan, secretValues: {}, servicesFolder, engine, gates: { ...open, ...gates } })).make();
  return inStack(() => recorded({ published: publish(plan), make }), exits);
};

const inCloud = (failures: Readonly<Record<string, string>> = {}): Promise<Asked[]> => {
  const plan = cloudPlan(catalogue, {
    ...cloudSettings,
    systems: ["shop"],
    cloud: { ...cloud, network: "default", maxInstances: 2 },
  });
  const { runner } = recordingRunner(failures);
  return inStack(async () => {
    const { make } = await gcp.prepare({ plan, secretValues: {}, servicesFolder, runner, env: machine() });
    return recorded({ published: publish(plan), make });
  });
};

/** Ends when the program does: the outputs of one that fails never come true. */
const inStack = (program: () => Promise<unknown>, exits: Exits = {}): Promise<Asked[]> =>
  inventoryOf(
    () =>
      new Promise<void>((done, reject) => {
        const run = async () => {
          const outputs = await program();
          done();
          return outputs;
        };
        pulumi.runtime.runInPulumiStack(run).catch(reject);
      }),
    { exits, stateOf },
  );

const records = (asked: readonly Asked[]): string[] =>
  asked.filter(({ type }) => type === RECORD_TYPE).map(({ name }) => name);

const refuse = (): Promise<void> => Promise.reject(new pulumi.RunError("it is not well"));

describe("a plan is recorded as applied", () => {
  it("last of all, once every gate is passed", async () => {
    for (const asked of [await onLaptop(), await inCloud()]) {
      expect(records(asked)).to.deep.equal(["plan-wanted", "plan-applied"]);
      const ours = asked.filter(({ type }) => type !== "pulumi:pulumi:Stack");
      expect([ours[0]?.name, ours.at(-1)?.name]).to.deep.equal(["plan-wanted", "plan-applied"]);
    }
  });

  for (const [what, run] of [
    ["a job on a laptop", () => onLaptop({}, { "shop-migrate": { exitCode: 1, containerLogs: "no such column" } })],
    ["the last service on a laptop", () => onLaptop({ service: refuse })],
    ["a datastore on a laptop", () => onLaptop({ datastore: refuse })],
    ["a job in the cloud", () => inCloud({ "shop-migrate-id": "no such column" })],
  ] as const)
    it(`never, where it fails: ${what}`, async () => {
      const { asked, problem } = await failing(run);
      expect(problem).to.match(/it is not well|no such column/);
      expect(records(asked)).to.deep.equal(["plan-wanted"]);
    });
});
