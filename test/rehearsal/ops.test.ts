import { expect } from "chai";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { outcomeOf, rehearse } from "../../ops/commands/rehearse";
import { endpointVariables, products } from "../../ops/rehearsal/endpoints";
import { askForFaults } from "../../ops/rehearsal/faults";
import { placeOf } from "../../ops/rehearsal/place";
import { reportLines } from "../../ops/rehearsal/report";
import { writeStack } from "../../ops/rehearsal/stack";
import { environmentFile, stackOf } from "../../ops/stack/stack";
import { accessToken, headerFile } from "../../rehearsal/access-token";
import { apis } from "../../rehearsal/apis";
import { TestCloud } from "./cloud";

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });

describe("what a rehearsal sets", () => {
  it("leads every product that the plugin knows to loopback, and every other host to the proxy", () => {
    const variables = endpointVariables({ port: 9010, token: "of-the-rehearsal" });
    expect(products().length).to.be.at.least(190);
    for (const product of products())
      expect(variables[`GOOGLE_${product}_CUSTOM_ENDPOINT`], product).to.match(
        /^http:\/\/127\.0\.0\.1:9010\/\w+\/.*\/$|^http:\/\/127\.0\.0\.1:9010\/(?:monitoring|run)\/$/,
      );
    for (const proxy of ["HTTP_PROXY", "HTTPS_PROXY"]) expect(variables[proxy]).to.equal("http://127.0.0.1:9010");
  });

  it("leads to each API where it is", () => {
    const roots = Object.values(endpointVariables({ port: 9010, token: "of-the-rehearsal" })).map(
      (url) => /^http:\/\/[^/]+\/(\w+)\//.exec(url ?? "")?.[1],
    );
    for (const { name } of apis) expect(roots, name).to.include(name);
  });

  it("is known to nothing that it applies", () => {
    const files = ["infra", "stacks", "services"]
      .flatMap(filesBelow)
      .filter((file) => /\.(ts|cjs|py|sh|toml)$/.test(file));
    expect(files.length).to.be.at.least(100);
    for (const file of files) expect(readFileSync(file, "utf8"), file).to.not.match(/rehears/i);
  });
});

describe("a rehearsal's stack", () => {
  const place = placeOf({ name: "written", port: 32075 });
  after(() => rmSync(place.stack.folder, { recursive: true, force: true }));

  it("has the token in files of its owner alone, and not in its config", () => {
    writeStack({ place, config: {} });
    const token = accessToken(place.folder);
    expect(readFileSync(place.stack.configFile, "utf8"))
      .to.include("fleet:registryHost: localhost:32075")
      .and.not.include(token);
    expect(JSON.parse(readFileSync(environmentFile(place.stack), "utf8"))).to.include({
      GOOGLE_OAUTH_ACCESS_TOKEN: token,
      DOCKER_REGISTRY_PASS: token,
    });
    for (const file of [environmentFile(place.stack), headerFile(place.folder), place.passphraseFile])
      expect(statSync(file).mode & 0o777, file).to.equal(0o600);
  });
});

describe("a stack that is no rehearsal's", () => {
  const { folder, configFile, name } = stackOf("not-rehearsed");
  before(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(configFile, "config:\n  fleet:target: local\n");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [stack, destroy] of [
    [name, false],
    [name, true],
    ["dev", true],
    ["prod", true],
  ] as const)
    it(`is neither rehearsed in nor taken away: ${stack}${destroy ? " --destroy" : ""}`, async () => {
      const refused = await rehearse({ stack, destroy, port: 32070, config: [], fault: [] }).catch(
        (error: Error) => error,
      );
      expect((refused as Error).message).to.match(
        /--stack: \S+ is a stack but not a rehearsal's: [^]*cure: give the rehearsal a name that no stack has/,
      );
      expect(readdirSync(folder)).to.deep.equal(["Pulumi.not-rehearsed.yaml"]);
      expect(readFileSync(configFile, "utf8")).to.equal("config:\n  fleet:target: local\n");
    });
});

describe("the report of a rehearsal", () => {
  it("lists each thing once, under what it is", () => {
    const entry = { at: "", ms: 1, api: "run", verb: "POST", path: "/run/v2/x", method: "run.x", status: 400 };
    const lines = reportLines(
      {
        requests: { run: 3, iam: 1 },
        violations: [
          { ...entry, violations: ["Unknown name"] },
          { ...entry, violations: ["Unknown name"] },
        ],
        unanswered: [{ ...entry, unanswered: true, message: "not done" }],
        broken: [{ ...entry, status: 500, broken: true, message: "no such thing" }],
        denied: [{ ...entry, status: 403, denied: "Permission 'run.x' denied" }],
        ownViolations: [],
        errors: {},
        unusedGrants: [{ resource: "//r", role: "roles/a", member: "user:b" }],
        pendingFaults: [{ kind: "slow", at: "sql.*", times: 2 }],
      },
      61.2,
    );
    expect(lines).to.deep.equal([
      "Requests in all: run 3, iam 1; this run took 61 s",
      "Against Google's descriptions:",
      "  - run.x: Unknown name",
      "Not answered:",
      "  - POST /run/v2/x: not done",
      "Failures of the rehearsal's own:",
      "  - run.x: no such thing",
      "Refused for want of a permission:",
      "  - run.x: Permission 'run.x' denied",
      "The rehearsal's own answers that are not as Google describes them: none",
      "Grants that nothing has needed yet:",
      "  - user:b has roles/a on //r",
      "Faults that were asked for and have not happened:",
      "  - slow at sql.*, 2 times",
    ]);
  });
});

describe("the outcome of a rehearsal", () => {
  const cloud = new TestCloud(32080);
  const place = { ...placeOf({ name: "mended", port: cloud.port }), folder: cloud.folder };
  before(() => cloud.open());
  after(() => cloud.remove());

  it("is a run's own: what failed in an earlier one is mended", async () => {
    const failed = new Date();
    await cloud.ask("GET compute/v1/projects/p/zones");
    const before = await outcomeOf({ place, keep: false, began: failed, code: 0, failures: 0 });
    expect(before.code).to.equal(1);
    expect(before.lines.join("\n")).to.match(/Not answered:\n  - GET \/compute\/v1\/projects\/p\/zones/);
    await sleep(2);
    const mended = await outcomeOf({ place, keep: false, began: new Date(), code: 0, failures: 0 });
    expect(mended.lines).to.include("Not answered: none");
    expect(mended.code).to.equal(0);
    // What the update and the walk say counts as before.
    expect((await outcomeOf({ place, keep: false, began: new Date(), code: 7, failures: 1 })).code).to.equal(7);
    expect((await outcomeOf({ place, keep: false, began: new Date(), code: 0, failures: 1 })).code).to.equal(1);
  });
});

describe("faults from the command line", () => {
  const cloud = new TestCloud(32070);
  before(() => cloud.open());
  after(() => cloud.remove());

  it("arrive as they are written, or are refused with an example", async () => {
    await askForFaults({
      place: cloud,
      faults: ["kind=error,at=iam.*,times=2,status=429,retryAfter=7", "kind=slow,at=run.deploy,ms=50"],
    });
    expect(cloud.rehearsal.cloud.faults.pending()).to.deep.equal([
      { kind: "error", at: "iam.*", times: 2, status: 429, retryAfter: 7 },
      { kind: "slow", at: "run.deploy", times: 1, ms: 50 },
    ]);
    for (const [fault, says] of [
      ["kind=error,status=418", /--fault: "kind=error,status=418" is not a valid fault: [^]*cure: \.\/fleet rehearse/],
      ["kind=never-redy,at=*", /is not a valid fault: \W*allowed: error, slow, never-ready, failing-job\b.*kind/],
    ] as const) {
      const wrong = await askForFaults({ place: cloud, faults: [fault] }).catch((error: Error) => error);
      expect((wrong as Error).message).to.match(says);
    }
    expect(cloud.rehearsal.cloud.faults.pending()).to.have.length(2);
  });
});
