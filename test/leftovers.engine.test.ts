import assert from "node:assert/strict";
import Docker from "dockerode";
import { execFileSync } from "node:child_process";
import { listEverything } from "../docker/inventory";
import { makersOf } from "../infra/targets/local/checkouts";
import { rehearsalProblems } from "../ops/rehearsal/whose";
import { stackOf } from "../ops/stack/stack";
import { isOfTests, removeLeftovers, removeRehearsalLeftovers } from "./leftovers";

describe("what a killed run of the tests left", () => {
  const docker = new Docker();
  const make = (
    stack: string,
    checkout: string,
    label: Record<string, string> = { "dev.fleet.stack": `fleet/${stack}` },
  ): Promise<unknown> =>
    docker.createVolume({
      Name: `leftovers_${stack}_data`,
      Labels: { ...label, "dev.fleet.clone": "of-another-clone", "dev.fleet.checkout": checkout },
    });
  const is = (stack: string): Promise<boolean> =>
    docker
      .getVolume(`leftovers_${stack}_data`)
      .inspect()
      .then(
        () => true,
        () => false,
      );

  after(async () => {
    for (const stack of ["test-left", "left", "left2", "cloud", "cloud2"])
      await docker
        .getVolume(`leftovers_${stack}_data`)
        .remove()
        .catch(() => undefined);
  });

  it("goes before its stack is made again; a person's stack of that name stays", async () => {
    await make("test-left", "/home/somebody/fleet");
    await make("left", "/tmp/fleet-e2e-aB3dE6");
    await make("left2", "/home/somebody/fleet");
    for (const stack of ["test-left", "left", "left2"]) await removeLeftovers(stack, docker);
    assert.deepEqual([await is("test-left"), await is("left"), await is("left2")], [false, false, true]);
    assert.equal(isOfTests("left", undefined), false);
  });

  it("goes before its cloud is rehearsed again; a person's of that name stays", async () => {
    const label = { "dev.fleet.rehearsal": "fleet-left" };
    await make("cloud", "/tmp/fleet-clone-aB3dE6", label);
    await make("cloud2", "/home/somebody/fleet", label);
    await removeRehearsalLeftovers("fleet-left", docker);
    assert.deepEqual([await is("cloud"), await is("cloud2")], [false, true]);
  });

  it("goes, of a person's clone that is gone, by the command that a refused rehearsal names", async () => {
    await make("cloud2", "/home/somebody/fleet", { "dev.fleet.rehearsal": "fleet-left" });
    const [problem] = rehearsalProblems({
      place: { stack: stackOf("left"), prefix: "fleet-left" },
      ...{ recorded: undefined, inventory: await listEverything(docker), makers: makersOf("left") },
    });
    const [, removal = ""] = /the clone is gone: (.*), then run this again/.exec(problem?.cure ?? "") ?? [];
    execFileSync("sh", ["-c", removal]);
    assert.equal(await is("cloud2"), false);
  });
});
