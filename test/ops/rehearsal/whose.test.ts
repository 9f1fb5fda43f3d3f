import assert from "node:assert/strict";
import type { Inventory } from "../../../docker/inventory";
import { rehearsalProblems } from "../../../ops/rehearsal/whose";
import { stackOf } from "../../../ops/stack/stack";

const place = { stack: stackOf("rehearsal"), prefix: "fleet-rehearsal" };
const makers = { byId: ["/clone@1"], byFolder: ["/clone"], adopted: [] };
const nothing: Inventory = { engine: "engine", containers: [], networks: [], volumes: [], images: [] };
const made = (labels: Record<string, string>, prefix = "fleet-rehearsal"): Inventory => ({
  ...nothing,
  volumes: [{ id: "v", name: "v", labels: { "dev.fleet.rehearsal": prefix, ...labels } }],
});
const ours = { "dev.fleet.checkout": "/clone", "dev.fleet.clone": "1" };
const theirs = { "dev.fleet.checkout": "/clone", "dev.fleet.clone": "2" };
const check = (inventory: Inventory, recorded: { engine?: string } | undefined = { engine: "engine" }) =>
  rehearsalProblems({ place, recorded, inventory, makers });

describe("a rehearsal before it makes or removes anything", () => {
  it("goes on where all of its name on this engine is its own, or nothing is", () => {
    for (const inventory of [nothing, made(ours), made({}), made(theirs, "fleet-other")])
      assert.deepEqual(check(inventory), []);
    assert.deepEqual(check(made(ours), {}), [], "begun before engines were recorded");
  });

  it("is refused where another clone's has its name: a container would be replaced, a destroy would remove it", () => {
    const [problem, ...more] = check(made(theirs));
    assert.deepEqual(more, []);
    assert.match(problem?.message ?? "", /made by the clone \/clone@2/);
    assert.match(problem?.cure ?? "", /--destroy --stack rehearsal \(in that clone\)/);
  });

  it("names what can be another: a rehearsal's name, the project of reviews, whose stack is review-base", () => {
    const of = (name: string): string => {
      const place = { stack: stackOf(name), prefix: "fleet-rehearsal" };
      return rehearsalProblems({ place, recorded: undefined, inventory: made(theirs), makers })[0]?.cure ?? "";
    };
    assert.match(of("rehearsal"), /another name and port here: \.\/fleet rehearse --stack mine/);
    assert.match(of("review-base"), /another project and port here: \.\/fleet review base --rehearsed --project /);
  });

  it("is refused where this clone never began one of that name, and something of it is there", () =>
    assert.match(
      rehearsalProblems({ place, recorded: undefined, inventory: made({}), makers })[0]?.message ?? "",
      /made by another clone/,
    ));

  it("is refused on another engine than it was begun on, rather than said to be gone", () => {
    const [problem] = check(nothing, { engine: "first" });
    assert.match(problem?.message ?? "", /begun on another Docker engine/);
    assert.deepEqual(check(made(ours), { engine: "first" }), [], "the engine has got another id");
  });
});
