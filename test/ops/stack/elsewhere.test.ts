import assert from "node:assert/strict";
import { elsewhereProblems, isElsewhere } from "../../../ops/stack/elsewhere";
import { stackOf } from "../../../ops/stack/stack";
import { resources, running } from "../sample";

const state = { resources, pending: [] };
const nothing = { containers: [], networks: [], volumes: [], images: [] };

describe("a stack on another engine", () => {
  it("is one of which this engine holds nothing, though it has pulled the same images", () => {
    assert.equal(isElsewhere({ state, inventory: nothing }), true);
    assert.equal(isElsewhere({ state, inventory: { ...running(), ...nothing, images: ["sha256:1"] } as never }), true);
  });

  for (const kind of ["containers", "networks", "volumes"] as const)
    it(`is none where its ${kind} alone are here: the rest was removed by hand`, () =>
      assert.equal(isElsewhere({ state, inventory: { ...nothing, [kind]: running()[kind] } }), false));

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
    assert.match(problem?.message ?? "", /Docker engine ssh:\/\/build holds none of its 4 containers/);
    assert.match(problem?.cure ?? "", /DOCKER_HOST.*refresh --yes --stack dev.*\.\/fleet start/);
    assert.deepEqual(
      elsewhereProblems({ stack: stackOf("dev"), state, inventory: running(), host: "ssh://build" }),
      [],
    );
  });
});
