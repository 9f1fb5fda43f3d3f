import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { HIDDEN, inspectingProxy } from "../../proxy";
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureBaseImages, isUnreachable } from "../../../ops/start/base-images";
import { recall } from "../../../ops/start/memory";
import { DEFAULT_HOST } from "../../../docker/connect";
import { diskProblem } from "../../../ops/start/disk";
import { fits } from "../../../ops/start/passphrase";
import { nodeAdvice } from "../../../ops/start/node";
import { pluginsFor } from "../../../ops/start/set-up";
import { stackOf } from "../../../ops/stack/stack";

type Packages = {
  nodeIsTooOld: (version: string) => string | undefined;
  ofAnotherUser: (root: string, isOurs?: (path: string) => boolean) => string | undefined;
  matchesLock: (installed: unknown, lock: unknown) => boolean;
  forNode: (env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv;
};
const { nodeIsTooOld, ofAnotherUser, matchesLock, forNode } = createRequire(path.resolve("ops/fleet.cjs"))(
  "./start/packages.cjs",
) as Packages;

describe("a failed pull", () => {
  it("is unreachable when the network fails", () => {
    assert.equal(isUnreachable('Get "https://registry/v2/": dial tcp: lookup registry: no such host'), true);
    assert.equal(isUnreachable("net/http: TLS handshake timeout"), true);
  });

  it("is not when the registry answers with a refusal", () => {
    assert.equal(isUnreachable("toomanyrequests: You have reached your pull rate limit"), false);
    assert.equal(isUnreachable("manifest for redis:9 not found: manifest unknown"), false);
  });
});

describe("the base images of a stack with a mirror", () => {
  const { FLEET_IMAGE_PREFIX } = process.env;
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-mirror-"));
  const stack = { ...stackOf("dev"), configFile: path.join(folder, "Pulumi.dev.yaml") };
  /** Without an engine: probing or building anything fails. */
  const prefixOf = (config: Record<string, string> = {}): Promise<string> =>
    ensureBaseImages({
      stack,
      config,
      engine: { docker: undefined as never, host: DEFAULT_HOST },
      report: () => {},
      signal: new AbortController().signal,
    });
  beforeEach(() => {
    process.env.FLEET_IMAGE_PREFIX = "environment.example/";
    writeFileSync(stack.configFile, "config:\n  fleet:imagePrefix: stack.example/library/\n");
  });
  after(() => {
    rmSync(folder, { recursive: true });
    if (FLEET_IMAGE_PREFIX === undefined) delete process.env.FLEET_IMAGE_PREFIX;
    else process.env.FLEET_IMAGE_PREFIX = FLEET_IMAGE_PREFIX;
  });

  it("come from the one that its config names", async () => assert.equal(await prefixOf(), "stack.example/library/"));
  it("come from the one that this command puts there", async () =>
    assert.equal(await prefixOf({ "fleet:mariadb": "true", "fleet:imagePrefix": "new.example/" }), "new.example/"));
  it("come from the environment's where the stack is silent", async () => {
    writeFileSync(stack.configFile, "config: {}\n");
    assert.equal(await prefixOf(), "environment.example/");
    assert.equal(await prefixOf({ "fleet:imagePrefix": "" }), "environment.example/");
  });
});

describe("the official base images that FLEET_OFFLINE=0 forces", () => {
  it("are not remembered as had: nothing was pulled yet", async () => {
    const { FLEET_OFFLINE, FLEET_IMAGE_PREFIX, DOCKER_CONFIG } = process.env;
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-forced-"));
    const root = process.cwd();
    const stack = { ...stackOf("dev"), configFile: path.join(folder, "Pulumi.dev.yaml") };
    Object.assign(process.env, { FLEET_OFFLINE: "0", FLEET_IMAGE_PREFIX: "", DOCKER_CONFIG: folder });
    process.chdir(folder);
    const engine = { docker: undefined as never, host: DEFAULT_HOST };
    const signal = new AbortController().signal;
    try {
      assert.equal(await ensureBaseImages({ stack, engine, report: () => {}, signal }), "");
      assert.equal(recall().images, undefined);
    } finally {
      process.chdir(root);
      rmSync(folder, { recursive: true });
      for (const [name, value] of Object.entries({ FLEET_OFFLINE, FLEET_IMAGE_PREFIX, DOCKER_CONFIG }))
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
  });
});

describe("the plugins of a stack", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-plugins-"));
  const stack = { ...stackOf("mine"), configFile: path.join(folder, "Pulumi.mine.yaml") };
  after(() => rmSync(folder, { recursive: true }));
  const pluginsOf = (text: string, config: Record<string, string> = {}): readonly string[] => {
    writeFileSync(stack.configFile, text);
    return pluginsFor({ stack, config });
  };

  it("leave Google Cloud's out, which is large, unless the target asks for it", () => {
    assert.deepEqual(pluginsOf("config:\n  fleet:target: local\n"), ["docker", "random"]);
    for (const text of [
      "config:\n  fleet:target: gcp # the cloud\n",
      "config: { 'fleet:target': gcp }\n",
      "config:\n  ? fleet:target\n  : gcp\n",
    ])
      assert.deepEqual(pluginsOf(text), ["docker", "random", "gcp"], text);
  });
  it("know the target that this command gives", () =>
    assert.deepEqual(pluginsOf("config:\n  fleet:target: local\n", { "fleet:target": "gcp" }), [
      "docker",
      "random",
      "gcp",
    ]));
});

describe("the disk", () => {
  const ask = (freeGiB: number) => diskProblem({ folder: "/x", freeGiB, neededGiB: 5, what: "building" });

  it("is enough from the needed size on", () => assert.equal(ask(5), undefined));
  it("is refused below, with both sizes", () => assert.match(ask(4.94)?.message ?? "", /4\.9 GiB free.*needs 5 GiB/));
});

describe("the passphrase", () => {
  // Written by Pulumi 3.250 for the passphrase "fleet-dev-is-public".
  const salt = "v1:FVgz7lbJbQg=:v1:or0JhJfUuLx4Ayrc:cHXTZjmQNM8h5XgJ/iEsYr+Mvb+3Ew==";

  it("fits the salt that Pulumi made with it", async () =>
    assert.equal(await fits({ passphrase: "fleet-dev-is-public", salt }), true));
  it("does not fit when it is another", async () => assert.equal(await fits({ passphrase: "fleet-dev", salt }), false));
  it("does not fit a salt that is none", async () =>
    assert.equal(await fits({ passphrase: "x", salt: "v1:nonsense" }), false));
});

describe("Node and the npm packages", () => {
  it("Node from 20.19 on is new enough", () => {
    for (const version of ["20.19.0", "22.1.0"]) assert.equal(nodeIsTooOld(version), undefined);
    for (const version of ["20.18.3", "18.20.0"]) assert.match(nodeIsTooOld(version) ?? "", /20\.19 or newer/);
  });

  it("what a run with sudo left is said, with the cure, before anything fails on it", () => {
    const root = mkdtempSync(path.join(tmpdir(), "fleet-sudo-"));
    assert.equal(ofAnotherUser(root), undefined, "a fresh clone has none");
    mkdirSync(path.join(root, ".fleet/build"), { recursive: true });
    assert.equal(ofAnotherUser(root), undefined);
    const said = ofAnotherUser(root, (each) => !each.endsWith("build"));
    assert.match(
      said ?? "",
      /\.fleet\/build: it belongs to another user[^]*cure: sudo chown -R "\$\(id -u\):\$\(id -g\)" \.fleet,/,
    );
    rmSync(root, { recursive: true });
  });

  for (const [version, day, advised] of [
    ["20.19.6", "2026-11-28", true],
    ["25.2.0", "2026-11-28", true],
    ["22.23.3", "2026-11-28", false],
    ["22.23.3", "2027-05-01", true],
    ["24.21.0", "2026-11-28", false],
    ["26.10.0", "2026-11-28", false],
    ["28.0.0", "2026-11-28", false],
  ] as const)
    it(`Node ${version} is ${advised ? "warned of" : "nothing to warn of"} on ${day}`, () => {
      const advice = nodeAdvice({ version, today: new Date(day) });
      assert.deepEqual(
        advice.map(({ path: at }) => at),
        advised ? [`Node ${version}`] : [],
      );
    });

  it("Node's support is what package.json says, and newer than what still works", () => {
    const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
    assert.deepEqual(engines, { node: ">=22" });
    const sdk = JSON.parse(readFileSync("node_modules/@pulumi/pulumi/package.json", "utf8"));
    assert.equal(sdk.engines.node, engines.node, "Pulumi's SDK decides");
  });

  const lock = {
    packages: {
      "": {},
      "node_modules/a": { version: "1.0.0" },
      "node_modules/mac": { version: "1.0.0", optional: true },
    },
  };
  for (const [name, packages, expected] of [
    ["all there", { "node_modules/a": { version: "1.0.0" } }, true],
    ["another version", { "node_modules/a": { version: "1.0.1" } }, false],
    ["one missing", {}, false],
    ["one too many", { "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "1.0.0" } }, false],
  ] as const) {
    it(`the installed packages against the lock: ${name}`, () =>
      assert.equal(matchesLock({ packages }, lock), expected));
  }

  it("npm trusts the authorities of SSL_CERT_FILE, through the proxy (M12)", async () => {
    const proxy = await inspectingProxy();
    // A person's own config may name authorities, which would be all.
    const own = { PATH: process.env.PATH, HOME: path.dirname(proxy.authority), NPM_CONFIG_GLOBALCONFIG: "/dev/null" };
    const env = { ...own, https_proxy: proxy.url, SSL_CERT_FILE: proxy.authority };
    const args = ["ping", "--registry", `https://${HIDDEN}/`, "--fetch-retries=0", "--no-update-notifier"];
    const ping = (variables: NodeJS.ProcessEnv) =>
      promisify(execFile)("npm", args, { env: variables, timeout: 15_000 });
    try {
      await assert.rejects(ping(env), /certificate/);
      await ping(forNode(env));
    } finally {
      proxy.close();
    }
  });

  it("no node_modules at all do not match", () => assert.equal(matchesLock(undefined, lock), false));
});
