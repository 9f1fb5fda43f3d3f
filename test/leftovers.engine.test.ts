import assert from "node:assert/strict";
import Docker from "dockerode";
import { isOfTests, removeLeftovers } from "./leftovers";

describe("what a killed run of the tests left", () => {
  const docker = new Docker();
  const make = (stack: string, checkout: string): Promise<unknown> =>
    docker.createVolume({
      Name: `leftovers_${stack}_data`,
      Labels: {
        "dev.fleet.stack": `fleet/${stack}`,
        "dev.fleet.clone": "of-another-clone",
        "dev.fleet.checkout": checkout,
      },
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
    for (const stack of ["test-left", "left", "left2"])
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
});
