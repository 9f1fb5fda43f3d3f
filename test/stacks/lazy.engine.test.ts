import { expect } from "chai";
import { execFileSync } from "node:child_process";

/** Runs the compiled program against mocks in a process of its own, and tells which packages it loaded. */
const packagesLoadedWith = (config: Record<string, string>): string[] => {
  const script = `
    const Module = require("node:module");
    const loaded = new Set();
    const load = Module._load;
    Module._load = (name, ...rest) => {
      const found = /^(@[^/]+\\/[^/]+|[^./@][^/]*)/.exec(name);
      if (found && !name.startsWith("node:")) loaded.add(found[1]);
      return load(name, ...rest);
    };
    const pulumi = require("@pulumi/pulumi");
    const mocks = { newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) };
    (async () => {
      await pulumi.runtime.setMocks(mocks, "fleet", "lazy", true, "organization");
      // As the policy pack does, without which no cloud stack runs.
      const packs = ".fleet/policy";
      require("node:fs").mkdirSync(packs, { recursive: true });
      require("node:fs").writeFileSync(packs + "/" + process.ppid, String(process.pid));
      pulumi.runtime.setAllConfig(${JSON.stringify(config)});
      await require("./stacks/entry.cjs")();
      require("node:fs").writeSync(1, JSON.stringify([...loaded]));
      // Under mocks its resources never come to rest, and Pulumi would call a plain exit an error.
      process.reallyExit(0);
    })().catch((error) => { process.stderr.write(String(error)); process.exit(1); });
  `;
  // The public passphrase of dev, which a shell may carry, is refused in the cloud.
  const { PULUMI_CONFIG_PASSPHRASE_FILE: _, ...env } = process.env;
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8", env })) as string[];
};

describe("a target", () => {
  it("of a laptop never loads what the cloud needs", () => {
    const loaded = packagesLoadedWith({ "fleet:target": "local", "fleet:portOffset": "24000" });
    expect(loaded).to.include.members(["@pulumi/pulumi", "@pulumi/docker"]);
    expect(loaded).to.not.include("@pulumi/gcp").and.not.include("google-auth-library");
    // Only what an update has to do in a container costs the time of loading the engine's client.
    expect(loaded).to.not.include("dockerode");
  });

  it("in the cloud never loads what speaks to a laptop's engine", () => {
    const loaded = packagesLoadedWith({
      "fleet:target": "gcp",
      "gcp:project": "acme-shop",
      "gcp:region": "europe-west1",
      "fleet:alerts": "false",
      "fleet:systems": '["booking"]',
    });
    expect(loaded).to.include.members(["@pulumi/pulumi", "@pulumi/gcp"]);
    expect(loaded).to.not.include("dockerode");
  });
});
