import assert from "node:assert/strict";
import { buildSync } from "esbuild";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Program } from "../rehearsal/program";

type Recorded = { wanted?: string; applied?: string };

/**
 * A program of two services that records what it publishes, with the real engine. `what` is how the first service ends:
 * its gate passes, fails, or the CLI is killed meanwhile.
 */
const source = ({ title, what = "passes" }: { title: string; what?: "passes" | "fails" | "is killed" }): string => `
const { readFileSync } = require("node:fs");
const random = require("@pulumi/random");
const { recorded } = require("./record.cjs");

const parentOf = (pid) => Number(readFileSync("/proc/" + pid + "/stat", "utf8").split(") ")[1].split(" ")[1]);
const gate = async () => {
  if (pulumi.runtime.isDryRun()) return;
  await new Promise((resolve) => setTimeout(resolve, 300));
  if ("${what}" === "fails") throw new pulumi.RunError("the migration failed");
  if ("${what}" === "is killed") {
    process.kill(parentOf(process.ppid), "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 60000));
  }
};

class Service extends pulumi.ComponentResource {
  constructor(name, keepers) {
    super("fleet:local:Service", name);
    const pet = new random.RandomPet(name + "-pet", { keepers }, { parent: this });
    this.ready = pet.id.apply(gate);
    this.registerOutputs();
  }
}

const engine = "ENGINE:1";
const published = { format: 1, systems: [{ name: "leads", title: "${title}" }] };
const make = async () => {
  new Service("web", { title: "${title}" });
  new Service("worker", {});
  return { title: "${title}" };
};
module.exports = () => recorded({ published, engine, make });
`;

describe("the plan that is kept with a stack", function () {
  this.timeout("120s");
  const program = new Program({ port: 0, token: "none" });
  const up = (...args: string[]) => program.pulumi("up", "--yes", "--skip-preview", ...args);
  const resources = () => {
    const file = join(program.folder, "state", ".pulumi", "stacks", "small", "test.json");
    const state = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint: {
        latest: { resources: { urn: string; inputs?: { plan?: { systems: { title: string }[] }; engine?: string } }[] };
      };
    };
    return state.checkpoint.latest.resources;
  };
  const recordedIn = (): Recorded =>
    Object.fromEntries(
      resources().flatMap(({ urn, inputs }) => {
        const name = /::fleet:plan:Record::plan-(wanted|applied)$/.exec(urn)?.[1];
        return name ? [[name, inputs?.plan?.systems[0]?.title]] : [];
      }),
    );

  before(async () => {
    await program.open(source({ title: "Leads" }), ["random"]);
    buildSync({
      ...{ entryPoints: ["stacks/record.ts"], outfile: join(program.folder, "record.cjs"), logLevel: "error" },
      ...{ bundle: true, platform: "node", external: ["@pulumi/*"] },
    });
  });
  after(() => program.remove());

  it("is there before anything else, applied or not, and is not printed", async () => {
    program.write(source({ title: "Leads", what: "fails" }));
    const { code, output } = await up();
    assert.notEqual(code, 0, output);
    assert.deepEqual(recordedIn(), { wanted: "Leads" });
    const [stack, first] = resources();
    assert.match(stack?.urn ?? "", /pulumi:pulumi:Stack/);
    assert.match(first?.urn ?? "", /plan-wanted$/);
    assert.equal(first?.inputs?.engine, "ENGINE:1", "the engine is known from before anything is made on it");
    assert.doesNotMatch(output, /systems/);
  });

  it("is applied once all is made, and nothing changes when nothing does", async () => {
    program.write(source({ title: "Leads" }));
    const preview = await program.pulumi("preview");
    assert.equal(preview.code, 0, preview.output);
    assert.doesNotMatch(preview.output, /systems/);
    const { code, output } = await up();
    assert.equal(code, 0, output);
    assert.doesNotMatch(output, /systems/);
    assert.deepEqual(recordedIn(), { wanted: "Leads", applied: "Leads" });
    assert.match(resources().at(-1)?.urn ?? "", /plan-applied$/);
    const again = await up();
    const counted = resources().filter(({ urn }) => !urn.includes("pulumi:providers:"));
    assert.deepEqual(again.changes, { unchanged: counted.length }, again.output);
  });

  it("stays applied as it was where a later gate fails", async () => {
    program.write(source({ title: "Prospects", what: "fails" }));
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(output, /the migration failed/);
    assert.deepEqual(recordedIn(), { wanted: "Prospects", applied: "Leads" });
  });

  it("stays applied as it was where a later resource fails", async () => {
    program.write(
      source({ title: "Clients" }).replace("return {", 'new random.RandomString("bad", { length: -3 });\n  return {'),
    );
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(output, /must be at least 1/);
    assert.deepEqual(recordedIn(), { wanted: "Clients", applied: "Leads" });
  });

  it("stays applied as it was where the update is killed", async () => {
    program.write(source({ title: "Contacts", what: "is killed" }));
    assert.notEqual((await up()).code, 0);
    assert.deepEqual(recordedIn(), { wanted: "Contacts", applied: "Leads" });
    const cancelled = await program.pulumi("cancel", "--yes");
    assert.equal(cancelled.code, 0, cancelled.output);
  });

  it("is left alone by an update of a part, and told by the next whole one", async () => {
    program.write(source({ title: "People" }));
    const { code, output } = await up("--target", "**web-pet");
    assert.equal(code, 0, output);
    assert.deepEqual(recordedIn(), { wanted: "Contacts", applied: "Leads" });
    assert.equal((await up()).code, 0);
    assert.deepEqual(recordedIn(), { wanted: "People", applied: "People" });
  });

  it("is kept out of a detailed preview by what the workflow says", async () => {
    const workflow = readFileSync(".github/workflows/check.yml", "utf8");
    const [, excluded = ""] = /preview --stack prod --diff.*--exclude '([^']+)'/s.exec(workflow) ?? [];
    program.write(source({ title: "Others" }));
    const { code, output } = await program.pulumi("preview", "--diff", "--exclude", excluded);
    assert.equal(code, 0, output);
    assert.match(output, /web-pet/);
    assert.doesNotMatch(output, /plan-wanted|plan-applied|systems/);
  });
});
