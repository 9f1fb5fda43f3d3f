import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { installPulumi, isStandIn } from "../../offline/index";
import { isAtLeast } from "../../offline/go";
import { cliPrograms, pluginNames } from "../../offline/programs";

/** Stands where the Go compiler would: writes down how it was called, and makes the file it was asked for. */
const fakeGo = (version: string): string => `#!/bin/sh
[ "$1" = version ] && { echo "go version go${version} linux/amd64"; exit 0; }
echo "$@" >>"$GO_CALLS"
if [ -n "$GO_FAILS" ]; then echo "package broken: no such thing" >&2; exit 1; fi
while [ "$1" != -o ]; do shift; done
echo program >"$2"
`;

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: Record<string, string> };
const versionOf = (name: string): string => manifest.dependencies[name] ?? "";
const cli = `versions/${versionOf("pulumi")}/bin`;
const plugin = (name: string): string =>
  `plugins/resource-${name}-v${versionOf(`@pulumi/${name}`)}/pulumi-resource-${name}`;

describe("installing the Pulumi stand-ins", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "fleet-test-"));
  const calls = path.join(folder, "calls");
  const before = { ...process.env };
  let home: string;
  let lines: string[];

  const install = (plugins: ("docker" | "random" | "gcp")[] = []): Promise<void> =>
    installPulumi({ home, plugins, report: (line) => lines.push(line) });
  const builds = (): string[] => readFileSync(calls, "utf8").split("\n").filter(Boolean);
  const useGo = (version: string): void => {
    writeFileSync(path.join(folder, "go"), fakeGo(version));
    chmodSync(path.join(folder, "go"), 0o755);
  };

  beforeEach(() => {
    home = mkdtempSync(path.join(folder, "home-"));
    lines = [];
    writeFileSync(calls, "");
    useGo("1.26.8");
    Object.assign(process.env, { PATH: `${folder}:${before.PATH}`, GO_CALLS: calls, GO_FAILS: "" });
  });
  after(() => {
    process.env = before;
    rmSync(folder, { recursive: true });
  });

  it("builds what was asked for, where Pulumi looks, and says so", async () => {
    await install(["random"]);
    assert.deepEqual(
      builds().map((call) => call.split(" ").at(-1)),
      ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "./language-host", "./random"],
    );
    for (const file of [
      `${cli}/pulumi`,
      `${cli}/pulumi-language-nodejs`,
      `${cli}/pulumi-resource-pulumi-nodejs`,
      plugin("random"),
    ])
      assert.ok(existsSync(path.join(home, file)), file);
    assert.ok(
      lines.includes(`building pulumi-resource-random ${versionOf("@pulumi/random")} from Go modules`),
      lines.join("\n"),
    );
    assert.deepEqual([isStandIn(home, "random"), isStandIn(home, "docker")], [true, false]);
  });

  it("puts a file where the CLI would keep a log of every run", async () => {
    mkdirSync(path.join(home, "logs"));
    writeFileSync(path.join(home, "logs", "old.log"), "");
    await install();
    assert.ok(statSync(path.join(home, "logs")).isFile());
  });

  it("does nothing when everything is there, and then needs no Go", async () => {
    await install(["docker"]);
    writeFileSync(calls, "");
    lines = [];
    rmSync(path.join(folder, "go"));
    process.env.PATH = folder;
    await install(["docker"]);
    assert.deepEqual([builds(), lines], [[], []]);
  });

  it("builds again what was made from other sources, and only that", async () => {
    await install(["docker"]);
    writeFileSync(calls, "");
    writeFileSync(path.join(home, `${plugin("docker")}.stand-in`), "older");
    await install(["docker"]);
    assert.equal(builds().length, 1);
    assert.match(builds()[0] ?? "", /\.\/docker$/);
  });

  it("leaves nothing under the real name when a build fails, shows why, and goes on the next time", async () => {
    process.env.GO_FAILS = "yes";
    await assert.rejects(install(), /package broken: no such thing/);
    const binary = path.join(home, cli, "pulumi");
    assert.deepEqual([existsSync(binary), existsSync(`${binary}.partial`)], [false, false]);
    process.env.GO_FAILS = "";
    await install();
    assert.ok(existsSync(binary));
  });

  it("refuses a Go that is too old, before anything is built", async () => {
    useGo("1.19.8");
    await assert.rejects(install(), /Go: version 1\.19 is too old[\s\S]*cure: .*install Go 1\.26 or newer: go\.dev/);
    assert.deepEqual(builds(), []);
  });

  it("refuses when there is no Go", async () => {
    rmSync(path.join(folder, "go"));
    process.env.PATH = folder;
    await assert.rejects(install(), /there is no Go on PATH/);
  });
});

describe("the versions of the Pulumi stand-ins", () => {
  const goModules = readFileSync("offline/pulumi/cli/go.mod", "utf8");

  it("are those of the npm packages: the Go modules pin the same CLI and SDK", () => {
    const version = versionOf("pulumi");
    assert.match(goModules, RegExp(`pulumi/pkg/v3 v${version.replaceAll(".", "\\.")}\\b`));
    assert.match(goModules, RegExp(`pulumi/sdk/v3 v${version.replaceAll(".", "\\.")}\\b`));
    assert.equal(versionOf("@pulumi/pulumi"), version);
    assert.equal(cliPrograms(version)[0]?.target, `versions/${version}/bin/pulumi`);
  });

  it("cover every plugin of the program", () => {
    const used = Object.keys(manifest.dependencies).flatMap(
      // Policy packs run in the SDK: there is no plugin of that name.
      (name) => /^@pulumi\/(?!pulumi$|policy$)(.*)/.exec(name)?.[1] ?? [],
    );
    assert.deepEqual([...used].sort(), [...pluginNames].sort());
  });

  it("compare as numbers", () => {
    for (const [found, enough] of [
      ["1.26", true],
      ["1.100", true],
      ["2.0", true],
      ["1.9", false],
      ["0.99", false],
    ] as const)
      assert.equal(isAtLeast({ found, needed: "1.26" }), enough, found);
  });
});
