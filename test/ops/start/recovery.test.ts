import assert from "node:assert/strict";
import { orphanedPlugins } from "../../../ops/start/recovery";

describe("recovery", () => {
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
