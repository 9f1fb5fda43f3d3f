import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { envrc, variablesFor, withVariables, type Tools } from "../../../ops/stack/environment";
import { committedStack, DEV_PASSPHRASE_FILE, stackOf } from "../../../ops/stack/stack";

const official: Tools = {
  home: undefined,
  imagePrefix: "",
  engineHost: "unix:///var/run/docker.sock",
};
const offline: Tools = {
  ...official,
  home: "/it's here/.fleet/pulumi",
  imagePrefix: "fleet-offline/",
};

/** What a shell that read the file has in its environment. */
const afterSourcing = (text: string, inherited: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    execFileSync("sh", ["-c", `${text}\nenv -0`], { encoding: "utf8", env: { PATH: "/usr/bin:/bin", ...inherited } })
      .split("\0")
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );

describe(".envrc", () => {
  it("sets the stand-ins' home and image prefix, quoted", () => {
    const shell = afterSourcing(envrc(offline), {});
    assert.equal(shell.PULUMI_HOME, "/it's here/.fleet/pulumi");
    assert.equal(shell.FLEET_IMAGE_PREFIX, "fleet-offline/");
    assert.equal(shell.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION, "true");
  });

  it("leaves a person's own Pulumi home alone where the official tools serve", () => {
    const shell = afterSourcing(envrc(official), { PULUMI_HOME: "/home/ana/.pulumi" });
    assert.equal(shell.PULUMI_HOME, "/home/ana/.pulumi");
    assert.equal(shell.FLEET_IMAGE_PREFIX, undefined);
  });

  it("gives the public passphrase, against another project's in the shell", () => {
    const shell = afterSourcing(envrc(official), { PULUMI_CONFIG_PASSPHRASE: "another" });
    assert.equal(shell.PULUMI_CONFIG_PASSPHRASE, undefined);
    assert.equal(shell.PULUMI_CONFIG_PASSPHRASE_FILE, DEV_PASSPHRASE_FILE);
  });

  it("names the backend from any folder, and leaves one that the shell has (M20)", () => {
    const own = afterSourcing(envrc(official), {}).PULUMI_BACKEND_URL;
    assert.equal(own, `file://${path.resolve(".fleet", "state")}`);
    const given = afterSourcing(envrc(official), { PULUMI_BACKEND_URL: "gs://company" });
    assert.equal(given.PULUMI_BACKEND_URL, "gs://company");
  });

  it("puts the project's commands on PATH once, however often it is read", () => {
    const text = envrc(official);
    const entries = afterSourcing(`${text}\n${text}`, {}).PATH?.split(":") ?? [];
    assert.equal(entries.filter((entry) => entry.endsWith("/node_modules/.bin")).length, 1);
  });
});

describe("Pulumi's environment", () => {
  const of = (stack: ReturnType<typeof stackOf>, inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
    withVariables(inherited, variablesFor({ stack, tools: official, inherited }));

  it("keeps a throw-away stack in its own backend, whatever the shell says", () => {
    const environment = of(stackOf("mine"), { PULUMI_BACKEND_URL: "gs://company", PULUMI_STACK: "prod" });
    assert.match(environment.PULUMI_BACKEND_URL ?? "", /^file:\/\/.*\/\.fleet\/stacks\/mine\/state$/);
    assert.equal(environment.PULUMI_STACK, "mine");
    assert.equal(environment.PULUMI_CONFIG_PASSPHRASE_FILE, DEV_PASSPHRASE_FILE);
  });

  it("never gives the public passphrase to a committed stack, even from a shell that has it", () => {
    const environment = of(committedStack("prod"), { PULUMI_CONFIG_PASSPHRASE_FILE: DEV_PASSPHRASE_FILE });
    assert.equal(environment.PULUMI_CONFIG_PASSPHRASE_FILE, undefined);
  });

  it("leaves a committed stack its own passphrase and backend", () => {
    const own = { PULUMI_CONFIG_PASSPHRASE: "secret", PULUMI_BACKEND_URL: "gs://company" };
    const environment = of(committedStack("prod"), own);
    assert.equal(environment.PULUMI_CONFIG_PASSPHRASE, "secret");
    assert.equal(environment.PULUMI_BACKEND_URL, "gs://company");
  });

  it("drops what a person chose for the docker command alone (M2, M9)", () => {
    const inherited = { DOCKER_CONTEXT: "cloud", DOCKER_BUILDKIT: "0", DOCKER_DEFAULT_PLATFORM: "linux/amd64" };
    const environment = of(stackOf("mine"), inherited);
    for (const name of Object.keys(inherited)) assert.equal(environment[name], undefined, name);
  });

  it("names an engine that is not at the default socket", () => {
    const stack = stackOf("dev");
    const tools = { ...official, engineHost: "unix:///run/user/1000/docker.sock" };
    assert.equal(variablesFor({ stack, tools, inherited: {} }).DOCKER_HOST, "unix:///run/user/1000/docker.sock");
    assert.equal("DOCKER_HOST" in variablesFor({ stack, tools: official, inherited: {} }), false);
  });

  it("brings the policy pack along for a stack of the cloud, and for no other", () => {
    assert.equal(of(committedStack("prod"), {}).PULUMI_OPTION_POLICY_PACK, path.resolve("policy"));
    assert.equal("PULUMI_OPTION_POLICY_PACK" in of(stackOf("dev"), {}), false);
  });
});
