import assert from "node:assert/strict";
import { driftOf } from "../../../ops/stack/drift";
import { resources, running } from "../sample";

const linesOf = (engine: Parameters<typeof driftOf>[1]): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(driftOf(resources, engine)).map(([kind, found]) => [kind, found.map(({ line }) => line)]),
  );

describe("drift", () => {
  it("finds nothing when everything of the state is there", () => {
    assert.deepEqual(linesOf(running()), { gone: [], stopped: [], cutOff: [] });
  });

  for (const [kind, line] of [
    ["containers", "leads_dev_web: the container is gone"],
    ["networks", "leads_dev_network: the network is gone"],
    ["volumes", "leads_dev_data: the volume is gone"],
    ["images", "python: the image is gone"],
  ] as const) {
    it(`finds one of the ${kind} gone`, () => {
      const engine = running();
      if (kind === "images") engine.images = [];
      else if (kind === "containers") engine.containers = engine.containers.filter(({ id }) => id !== "web-id");
      else engine[kind] = [];
      assert.ok(linesOf(engine).gone?.includes(line), JSON.stringify(linesOf(engine)));
    });
  }

  it("finds a one-shot that was removed, and lets one be that has ended", () => {
    const engine = running();
    assert.equal(engine.containers.find(({ id }) => id === "migrate-id")?.running, false);
    engine.containers = engine.containers.filter(({ id }) => id !== "migrate-id");
    assert.deepEqual(linesOf(engine).gone, ["leads_dev_migrate: the container is gone"]);
  });

  it("tells a stopped service from one that is gone", () => {
    const engine = running();
    engine.containers = engine.containers.map((each) => (each.id === "web-id" ? { ...each, running: false } : each));
    assert.deepEqual(linesOf(engine), {
      gone: [],
      stopped: ["leads_dev_web: the container is not running"],
      cutOff: [],
    });
  });

  it("finds a container whose network was removed under it, running or not", () => {
    const web = running().containers.filter(({ id }) => id === "web-id");
    const others = running().containers.filter(({ id }) => id !== "web-id");
    for (const [state, networks] of [
      [true, {}],
      [false, { leads_dev_network: "an-older-id" }],
    ] as const) {
      const engine = {
        ...running(),
        containers: [...others, ...web.map((each) => ({ ...each, running: state, networks }))],
      };
      assert.deepEqual(linesOf(engine).cutOff, ["leads_dev_web: the container has lost its network"]);
    }
  });

  it("leaves alone what is to be deleted anyway", () => {
    const leftover = resources.map((resource) => ({ ...resource, delete: true }));
    assert.deepEqual(
      driftOf(leftover, { engine: "engine", containers: [], networks: [], volumes: [], images: [] }).gone,
      [],
    );
  });
});
