import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { firstFree, portsOf } from "../../../ops/start/ports/offset";
import { everyPort, portsOfFile, publishedPorts } from "../../../ops/start/ports/wanted";
import { stateFile, type Stack } from "../../../ops/stack/stack";
import { publishedPlan, record } from "../published";

describe("the ports that a stack wants", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-ports-"));
  const configFile = path.join(folder, "Pulumi.mine.yaml");
  const stack: Stack = { name: "mine", kind: "own", folder, configFile, backend: path.join(folder, "state") };
  after(() => rmSync(folder, { recursive: true }));

  before(() =>
    writeFileSync(configFile, "config:\n  fleet:target: local\n  fleet:systems: [leads]\n  fleet:portOffset: 100\n"),
  );

  it("are those of its config before a first start, moved by its offset", () =>
    assert.deepEqual(portsOfFile(stack), [
      { path: "leads/postgres", port: 5536 },
      { path: "leads/web", port: 8186 },
    ]));

  it("of the cloud are none", () => {
    const prod = path.join(folder, "Pulumi.prod.yaml");
    writeFileSync(prod, "config:\n  fleet:target: gcp\n");
    assert.deepEqual(portsOfFile({ name: "prod", configFile: prod }), []);
  });

  it("of all that could ever run are those of the specifications, and of whatever else there is", () =>
    assert.deepEqual(
      [4566, 5432, 5436, 6379, 8000, 8001, 8002, 8081, 8082, 8086].filter(
        (port) => !everyPort(0).some((wanted) => wanted.port === port),
      ),
      [],
    ));

  it("are all that its offset could ever ask for, where no published plan can be read", () =>
    assert.deepEqual(
      portsOf(stack),
      everyPort(100).map(({ port }) => port),
    ));

  it("are those of its published plan, whatever its config says by now", () => {
    const plan = publishedPlan({ stack: "mine", config: { "fleet:systems": '["leads"]', "fleet:portOffset": "300" } });
    const file = stateFile(stack);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ checkpoint: { latest: { resources: [record("applied", plan)] } } }));
    assert.deepEqual(portsOf(stack), [5736, 8386]);
    assert.deepEqual(
      publishedPorts(plan).map(({ path: id }) => id),
      ["leads/postgres", "leads/web"],
    );
  });
});

describe("the port offset of a new stack", () => {
  const free = (reserved: number[], taken: number[] = []) =>
    firstFree({
      wanted: [8000, 5436],
      reserved: new Set(reserved),
      isTaken: (port) => Promise.resolve(taken.includes(port)),
    });

  it("is the lowest step", async () => assert.equal(await free([]), 100));
  it("passes what other stacks reserve", async () => assert.equal(await free([8100, 5636]), 300));
  it("passes what listens", async () => assert.equal(await free([8100], [5636]), 300));
  it("stays below the ports of outgoing connections, and is none when all are taken", async () => {
    const all = Array.from({ length: 40_000 }, (_, port) => port);
    assert.equal(await free(all), undefined);
    assert.equal(await free(all.filter((port) => port !== 32_700 && port !== 30_136)), 24_700);
  });
});
