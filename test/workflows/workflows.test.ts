import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";

const FOLDER = ".github/workflows";

type Step = { uses?: string; run?: string; with?: Record<string, unknown>; env?: Record<string, string> };
type Job = { permissions?: Record<string, string>; if?: string; steps: Step[]; environment?: string };
type Workflow = {
  on: unknown;
  permissions: unknown;
  defaults?: { run?: { shell?: string } };
  jobs: Record<string, Job>;
};

const files = readdirSync(FOLDER).filter((file) => file.endsWith(".yml"));
const textOf = (file: string): string => readFileSync(`${FOLDER}/${file}`, "utf8");
const workflowOf = (file: string): Workflow => parse(textOf(file)) as Workflow;
const jobs = files.flatMap((file) =>
  Object.entries(workflowOf(file).jobs).map(([name, job]) => ({ path: `${file}: ${name}`, job })),
);
const steps = jobs.flatMap(({ path, job }) => job.steps.map((step) => ({ path, step })));

/** All that each job may do; a permission that is not here is not given. */
const permissions: Record<string, Record<string, string>> = {
  "check.yml: check": { contents: "read" },
  "check.yml: preview": { contents: "read" },
  "check.yml: change": { contents: "read" },
  "check.yml: changes": { contents: "read", "id-token": "write" },
  "comment.yml: comment": { actions: "read", "pull-requests": "write" },
  "devcontainer.yml: build": { contents: "read", packages: "write" },
  "deploy.yml: deploy": { contents: "read", "id-token": "write" },
  "drift.yml: drift": { contents: "read", "id-token": "write" },
  "review.yml: up": { contents: "read", "id-token": "write" },
  "review.yml: close": { contents: "read", "id-token": "write" },
  "review.yml: sweep": { contents: "read", "id-token": "write" },
};

/** Every foreign action, at the commit that docs/decisions/0018 cites a source for. */
const pinned = [
  "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8",
  "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f",
  "google-github-actions/auth@7c6bc770dae815cd3e89ee6cdf493a5fab2cc093",
];

describe("the workflows", () => {
  it("give each job what it needs and no more", () => {
    expect(Object.fromEntries(jobs.map(({ path, job }) => [path, job.permissions]))).to.deep.equal(permissions);
    for (const file of files) expect(workflowOf(file).permissions, file).to.deep.equal({});
  });

  it("use foreign actions at cited commits alone", () => {
    const used = steps.flatMap(({ step }) => step.uses ?? []);
    expect([...new Set(used)]).to.have.members(pinned);
    const decision = readFileSync("docs/decisions/0018-workflows.md", "utf8");
    for (const action of pinned) expect(decision).to.include(action.slice(action.indexOf("@") + 1));
  });

  it("never run a pull request's code with a right to write, nor a fork's with one to sign in", () => {
    const onPullRequests = files.filter((file) => JSON.stringify(workflowOf(file).on).includes("pull_request"));
    expect(onPullRequests).to.deep.equal(["check.yml", "review.yml"]);
    for (const file of files) expect(textOf(file), file).to.not.match(/pull_request_target|secrets\./);
    for (const path of ["check.yml: changes", "review.yml: up", "review.yml: close"])
      expect(jobs.find((job) => job.path === path)?.job.if, path).to.include(
        "github.event.pull_request.head.repo.full_name == github.repository",
      );
  });

  it("post comments without any code of the pull request", () => {
    const { on, jobs: posting } = workflowOf("comment.yml");
    expect(on).to.deep.equal({ workflow_run: { workflows: ["check", "review"], types: ["completed"] } });
    const [job] = Object.values(posting) as [Job];
    expect(job.steps.every(({ uses }) => uses === undefined)).to.equal(true);
    expect(job.steps.map(({ run }) => run).join()).to.not.match(/git (clone|fetch|checkout)|gh pr checkout|npm|node /);
  });

  it("put nothing that others write into a script's text", () => {
    for (const { path, step } of steps) expect(step.run ?? "", path).to.not.include("${{");
  });

  it("leave no token beside the code, and stop at a failure before a pipe", () => {
    for (const { path, step } of steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@")))
      expect(step.with?.["persist-credentials"], path).to.equal(false);
    for (const file of files) expect(workflowOf(file).defaults?.run?.shell, file).to.equal("bash");
  });

  it("download all tools before a job can sign in anywhere", () => {
    const signing = jobs.filter(({ job }) =>
      job.steps.some(({ uses }) => uses?.startsWith("google-github-actions/auth@")),
    );
    expect(signing.map(({ path }) => path)).to.have.members(
      Object.keys(permissions).filter((path) => permissions[path]?.["id-token"]),
    );
    for (const { path, job } of signing) {
      const [checkedOut, ready, signedIn] = [
        /actions\/checkout@/,
        /^\.\/fleet setup --stack (prod|review-base)$/,
        /\/auth@/,
      ].map((what) => job.steps.findIndex(({ uses, run }) => what.test(uses ?? run ?? ""))) as [number, number, number];
      expect([checkedOut, ready, signedIn], path).to.deep.equal([0, 1, 2]);
    }
  });

  it("let no package run a script of its own when it is installed", () => {
    expect(readFileSync(".npmrc", "utf8")).to.match(/^ignore-scripts=true$/m);
    const where = [".github", ".devcontainer", ".ci"];
    const commands = execFileSync("git", ["grep", "-hE", "npm (ci|install) ", "--", ...where], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(commands).to.have.lengthOf.at.least(2);
    for (const line of commands) expect(line).to.include("--ignore-scripts");
  });

  it("call commands that exist", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const called = steps.flatMap(({ step }) =>
      [...(step.run ?? "").matchAll(/npm run --silent (\S+)/g)].map(([, script]) => script as string),
    );
    expect(Object.keys(scripts)).to.include.members(called);
  });

  it("give Docker its credentials before the program of a cloud stack runs: it writes into the state whether it has them", () => {
    for (const [file, name] of [
      ["deploy.yml", "deploy"],
      ["check.yml", "changes"],
      ["review.yml", "up"],
      ["review.yml", "close"],
      ["review.yml", "sweep"],
    ] as const) {
      const runs = workflowOf(file).jobs[name]?.steps.map(({ run = "" }) => run) ?? [];
      const [given, used] = [/gcloud auth configure-docker/, /npm run --silent (pulumi|deploy)|fleet review/].map(
        (command) => runs.findIndex((run) => command.test(run)),
      ) as [number, number];
      expect(given, file).to.be.within(0, used);
    }
  });

  it("use the official CLI and plugins, or fail: a stand-in is of another version (M5)", () => {
    for (const file of ["check.yml", "deploy.yml", "drift.yml", "devcontainer.yml", "review.yml"])
      expect((parse(textOf(file)) as { env?: unknown }).env, file).to.deep.equal({ FLEET_OFFLINE: "0" });
  });

  it("never cut off an update, nor run two of one stack at once, nor drop one that waits for a look at drift (M4)", () => {
    for (const [file, group] of [
      ["deploy.yml", "prod"],
      ["drift.yml", "drift"],
      ["review.yml", "review-${{ github.event.pull_request.number || 'sweep' }}"],
    ] as const)
      expect((parse(textOf(file)) as { concurrency: unknown }).concurrency).to.deep.equal({
        group,
        "cancel-in-progress": false,
      });
    expect(workflowOf("deploy.yml").jobs["deploy"]?.environment).to.equal("prod");
  });
});
