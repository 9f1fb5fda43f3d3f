import assert from "node:assert/strict";
import { elsewhereProblems, isElsewhere } from "../../../ops/stack/elsewhere";
import { record } from "../published";
import { stackOf } from "../../../ops/stack/stack";
import { resources, running } from "../sample";

const state = { resources, pending: [] };
const nothing = { engine: "engine", containers: [], networks: [], volumes: [], images: [] };

describe("a stack on another engine", () => {
  it("is one of which this engine holds nothing, though it has pulled the same images", () => {
    assert.equal(isElsewhere({ state, inventory: nothing }), true);
    assert.equal(isElsewhere({ state, inventory: { ...running(), ...nothing, images: ["sha256:1"] } as never }), true);
  });

  for (const kind of ["containers", "networks", "volumes"] as const)
    it(`is none where its ${kind} alone are here: the rest was removed by hand`, () =>
      assert.equal(isElsewhere({ state, inventory: { ...nothing, [kind]: running()[kind] } }), false));

  describe("that recorded its engine", () => {
    const on = (engine: string) => ({
      resources: [...resources, { ...record("wanted", {}), inputs: { plan: {}, engine } }],
      pending: [],
    });
    const { volumes } = running();

    it("is one where another engine has volumes of the same names, which may be another clone's", () =>
      assert.equal(isElsewhere({ state: on("first"), inventory: { ...nothing, volumes } }), true));

    it("is none on that engine, though all was removed from it by hand: there it is known to be gone", () => {
      assert.equal(isElsewhere({ state: on("engine"), inventory: nothing }), false);
      assert.equal(isElsewhere({ state: on("engine"), inventory: { ...nothing, volumes } }), false);
    });

    it("is none where a container or network of it is here: the engine has got another id", () => {
      for (const kind of ["containers", "networks"] as const)
        assert.equal(isElsewhere({ state: on("first"), inventory: { ...nothing, [kind]: running()[kind] } }), false);
    });
  });

  it("is none where the stack has nothing on any engine", () => {
    const cleared = [
      [],
      resources.filter(({ type }) => type.endsWith("RemoteImage")),
      resources.map((resource) => ({ ...resource, delete: true })),
    ];
    for (const left of cleared)
      assert.equal(isElsewhere({ state: { resources: left, pending: [] }, inventory: nothing }), false);
  });

  it("is refused: the message names the engine, the cure both ways to go on", () => {
    const [problem, ...more] = elsewhereProblems({
      stack: stackOf("dev"),
      state,
      inventory: nothing,
      host: "ssh://build",
    });
    assert.deepEqual(more, []);
    assert.match(
      problem?.message ?? "",
      /Docker engine ssh:\/\/build is not the one that it was made on, or was emptied/,
    );
    assert.match(problem?.cure ?? "", /DOCKER_HOST.*refresh --yes --stack dev.*\.\/fleet start/);
    assert.deepEqual(
      elsewhereProblems({ stack: stackOf("dev"), state, inventory: running(), host: "ssh://build" }),
      [],
    );
  });
});
