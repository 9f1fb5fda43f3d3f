import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { LocalPlan } from "../../../infra/plan/plan";
import type { Problem } from "../../../infra/problems";
import { checkoutProblems } from "../../../ops/doctor/checkout";
import { egressProblems } from "../../../infra/targets/egress";
import { variableProblems } from "../../../ops/doctor/variables";

/** A checkout with one service whose source is mounted, at a path that a shell would take apart. */
const plan = { images: new Map([["leads", { folder: "leads", mountsSource: true }]]) } as unknown as LocalPlan;

describe("the cures of the doctor's findings in a checkout", () => {
  let root: string;
  let before: string | undefined;
  const run = (command: string, env: NodeJS.ProcessEnv = {}): void => {
    execFileSync("sh", ["-c", command], { cwd: root, env: { ...process.env, ...env }, stdio: "pipe" });
  };
  const findings = (): Problem[] => checkoutProblems({ root, plan });

  beforeEach(() => {
    before = process.env["HOME"];
    root = mkdtempSync(path.join(os.tmpdir(), "fleet it's añ "));
    process.env["HOME"] = mkdtempSync(path.join(os.tmpdir(), "fleet-home-"));
    mkdirSync(path.join(root, "services/leads"), { recursive: true });
    mkdirSync(path.join(root, "services/chassis"));
    writeFileSync(path.join(root, ".gitattributes"), "* text=auto eol=lf\n*.png binary\n");
    writeFileSync(path.join(root, "services/leads/manage.py"), "one\ntwo\n");
    writeFileSync(path.join(root, "logo.png"), "\0\r\n");
    run("git init -q . && git add .");
  });
  afterEach(() => {
    for (const folder of [root, process.env["HOME"] as string]) rmSync(folder, { recursive: true });
    process.env["HOME"] = before;
  });

  it("need not be: a fresh one is well", () => {
    expect(findings()).to.deep.equal([]);
  });

  it("mend modes, as of a clone under umask 077 (M19)", () => {
    for (const folder of ["services", "services/leads", "services/chassis"]) chmodSync(path.join(root, folder), 0o700);
    chmodSync(path.join(root, "services/leads/manage.py"), 0o600);
    expect(findings().map(({ message }) => message)).to.deep.equal([
      "the services' user (uid 1000) cannot read what is mounted: leads, leads/manage.py, chassis; a clone made under umask 077 is so",
    ]);
    run(findings()[0]?.cure.split(", then")[0] ?? "");
    expect(findings()).to.deep.equal([]);
  });

  it("mend Windows' line endings, and touch nothing else (M14)", () => {
    writeFileSync(path.join(root, "services/leads/manage.py"), "one\r\ntwo\r\n");
    expect(findings().map(({ message }) => message)).to.deep.equal([
      "1 of its files have Windows' line endings (services/leads/manage.py), which no shell in a container reads",
    ]);
    run(findings()[0]?.cure ?? "");
    expect(findings()).to.deep.equal([]);
    expect(execFileSync("git", ["diff", "--stat"], { cwd: root, encoding: "utf8" })).to.equal("");
  });

  it("mend git's refusal of a checkout of another owner (M22)", () => {
    process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1";
    try {
      expect(findings().map(({ message }) => message)).to.match(
        /git refuses to look at the checkout: .*dubious ownership/,
      );
      run(findings()[0]?.cure ?? "");
      expect(findings()).to.deep.equal([]);
    } finally {
      delete process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"];
    }
  });
});

describe("the cures of the doctor's findings in a shell", () => {
  for (const [name, value, message] of [
    ["HTTPS_PROXY", "proxy:3128", /proxy:3128 is no address of a proxy/],
    ["http_proxy", "ftp://ana:secret@proxy", /^ftp:\/\/\*\*\*@proxy is no address/],
    ["NODE_EXTRA_CA_CERTS", "/nowhere/ca.pem", /there is no file \/nowhere\/ca\.pem/],
    ["DOCKER_DEFAULT_PLATFORM", "linux/arm/v7", /every image would be made for linux\/arm\/v7/],
  ] as const)
    it(`take away a wrong ${name}`, () => {
      const [problem] = variableProblems({ [name]: value });
      expect(problem?.message).to.match(message);
      const after = execFileSync("sh", ["-c", `${problem?.cure}; printf %s "$${name}"`], {
        encoding: "utf8",
        env: { ...process.env, [name]: value },
      });
      expect(variableProblems({ [name]: after })).to.deep.equal([]);
    });

  it("are those of a start where the file of authorities is none", () => {
    for (const file of [process.execPath, "/nowhere/ca.pem"])
      expect(variableProblems({ SSL_CERT_FILE: file })).to.deep.equal(egressProblems({ SSL_CERT_FILE: file }));
    expect(variableProblems({ SSL_CERT_FILE: process.execPath })).to.have.length(1);
  });

  it("need not be where all is right", () => {
    const right = {
      HTTPS_PROXY: "http://ana:secret@proxy:3128",
      http_proxy: "",
      NODE_EXTRA_CA_CERTS: process.execPath,
    };
    expect(variableProblems(right)).to.deep.equal([]);
  });
});
