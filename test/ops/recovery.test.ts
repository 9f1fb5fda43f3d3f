import assert from "node:assert/strict";
import { foreignProblems, orphanedPlugins, straysOf } from "../../ops/recovery";
import { stackOf } from "../../ops/stack";
import { resources, running } from "./sample";

const stack = stackOf("dev");
const state = { resources, pending: [] };

describe("recovery", () => {
  it("takes nothing for a stray that the state knows", () => {
    assert.deepEqual(straysOf({ stack, state, inventory: running() }), { containers: [], networks: [] });
  });

  it("finds the stack's containers and networks that the state does not know, and no volume", () => {
    const strays = straysOf({ stack, state: { resources: [], pending: [] }, inventory: running() });
    assert.deepEqual(
      strays.containers.map(({ name }) => name),
      ["leads_dev_migrate", "leads_dev_web"],
    );
    assert.deepEqual(
      strays.networks.map(({ name }) => name),
      ["leads_dev_network"],
    );
    assert.equal("volumes" in strays, false);
  });

  it("leaves another stack's alone", () => {
    const strays = straysOf({ stack: stackOf("other"), state: { resources: [], pending: [] }, inventory: running() });
    assert.deepEqual(strays, { containers: [], networks: [] });
  });

  it("refuses to work on a stack that runs from another clone", () => {
    const inventory = running();
    inventory.containers.forEach(({ labels }) => Object.assign(labels, { "dev.fleet.checkout": "/home/ana/fleet" }));
    assert.deepEqual(foreignProblems({ stack, inventory, checkout: "/home/ana/fleet" }), []);
    const [problem] = foreignProblems({ stack, inventory, checkout: "/home/ana/second" });
    assert.match(problem?.message ?? "", /already runs on this machine from \/home\/ana\/fleet/);
  });

  it("ends plugins of this project whose Pulumi is gone, and no others", () => {
    const process = (pid: number, parent: number, command: string, folder = "/fleet") => ({
      pid,
      parent,
      command,
      folder,
    });
    const processes = [
      process(10, 1, "/fleet/.fleet/pulumi/versions/3.250.0/bin/pulumi up"),
      process(11, 10, "/fleet/.fleet/pulumi/plugins/resource-docker-v5.2.0/pulumi-resource-docker 127.0.0.1:1"),
      process(12, 1, "/fleet/.fleet/pulumi/plugins/resource-docker-v5.2.0/pulumi-resource-docker 127.0.0.1:2"),
      process(
        13,
        1,
        "/home/ana/.pulumi/plugins/resource-docker-v5.2.0/pulumi-resource-docker 127.0.0.1:3",
        "/elsewhere",
      ),
      process(14, 1, "vim docs/pulumi-resource-notes.md"),
    ];
    assert.deepEqual(
      orphanedPlugins({ processes, root: "/fleet" }).map(({ pid }) => pid),
      [12],
    );
  });
});
