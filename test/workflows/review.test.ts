import { expect } from "chai";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { parse } from "yaml";

type Step = { uses?: string; run?: string; with?: Record<string, unknown>; env?: Record<string, string> };
type Job = { if: string; steps: Step[] };
type Name = "up" | "close" | "sweep";
const { jobs } = parse(readFileSync(".github/workflows/review.yml", "utf8")) as { jobs: Record<Name, Job> };
const names = Object.keys(jobs) as Name[];

/** What GitHub's expressions mean at a push to pull request 12. */
const push: Record<string, string> = {
  "github.event_name": "pull_request",
  "github.event.action": "synchronize",
  "github.event.pull_request.number": "12",
  "github.event.pull_request.head.repo.full_name": "shop/fleet",
  "github.event.pull_request.head.sha": "1a2b3c4d",
  "github.event.pull_request.user.login": "ana",
  "github.event.repository.default_branch": "main",
  "github.base_ref": "release/1; false",
  "github.repository": "shop/fleet",
  "vars.GCP_REGISTRY_HOST": "europe-west1-docker.pkg.dev",
  "vars.GCP_REVIEW_SERVICE_ACCOUNT": "fleet-review@reviews.iam.gserviceaccount.com",
  "vars.REVIEW_BACKEND_URL": "gs://reviews",
};
const night = Object.fromEntries(Object.entries(push).filter(([name]) => !/^github\.(event\.|base)/.test(name)));

type Event = Record<string, string>;

/** A name, or a text between quotes. What an event lacks is empty. */
const valueOf = (event: Event, text: string): string =>
  text.startsWith("'") ? text.slice(1, -1) : (event[text.trim()] ?? "");

/** The jobs that run at an event: every condition is a conjunction of comparisons. */
const running = (event: Event): Name[] =>
  names.filter((name) =>
    jobs[name].if
      .trim()
      .split(" && ")
      .every((clause) => {
        const [, left = "", operator, right = ""] = /^(\S+) (==|!=) (\S+)$/.exec(clause) ?? [];
        if (operator === undefined) throw new Error(`this test cannot read ${clause}`);
        return (valueOf(event, left) === valueOf(event, right)) === (operator === "==");
      }),
  );

/** Stand for the clone's command and Google's: they write down what they were told, and fail where the test says so. */
const fake = `#!/usr/bin/env bash
printf '%s\\n' "$(basename "$0") $* (\${PULUMI_BACKEND_URL-no backend})" >> calls
if [ "$1 $2" = "review up" ]; then mkdir -p .fleet/review; echo "review: pr-$3 of leads" > ".fleet/review/pr-$3.txt"; fi
[[ "$*" != *"$FAILS"* ]]
`;

/** Runs a job's own steps as a runner does, and says what they called, what they left and whether all went well. */
const perform = ({ job, event = push, fails = "nothing" }: { job: Name; event?: Event; fails?: string }) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "fleet-review-"));
  try {
    for (const command of ["fleet", "gcloud"]) {
      writeFileSync(path.join(folder, command), fake);
      chmodSync(path.join(folder, command), 0o755);
    }
    const ok = jobs[job].steps.every(({ run, env = {} }) => {
      if (run === undefined) return true;
      const given = Object.entries(env).map(([name, text]) => [
        name,
        text.replaceAll(/\$\{\{ (\S+) \}\}/g, (_, expression: string) => valueOf(event, expression)),
      ]);
      const { status } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], {
        cwd: folder,
        env: {
          PATH: `${folder}:${process.env.PATH}`,
          FAILS: fails,
          ...(Object.fromEntries(given) as Record<string, string>),
        },
      });
      return status === 0;
    });
    const artifact = path.join(folder, "review/review.txt");
    const calls = readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n");
    return { ok, calls, artifact: existsSync(artifact) ? readFileSync(artifact, "utf8") : undefined };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const READY = [
  "fleet setup --stack review-base (no backend)",
  "gcloud auth configure-docker europe-west1-docker.pkg.dev --quiet (no backend)",
];

describe("the workflow of reviews", () => {
  it("makes a review at every push, and removes it when the pull request is closed", () => {
    for (const action of ["opened", "reopened", "synchronize"])
      expect(running({ ...push, "github.event.action": action })).to.deep.equal(["up"]);
    expect(running({ ...push, "github.event.action": "closed" })).to.deep.equal(["close"]);
    for (const event of ["schedule", "workflow_dispatch"])
      expect(running({ ...night, "github.event_name": event })).to.deep.equal(["sweep"]);
  });

  it("does nothing for a fork or Dependabot, nor where it is not set up", () => {
    for (const without of [
      { "github.event.pull_request.head.repo.full_name": "else/fleet" },
      { "github.event.pull_request.head.repo.full_name": "" },
      { "github.event.pull_request.user.login": "dependabot[bot]" },
      { "vars.GCP_REVIEW_SERVICE_ACCOUNT": "" },
      { "vars.REVIEW_BACKEND_URL": "" },
    ])
      for (const action of ["opened", "closed"])
        expect(running({ ...push, "github.event.action": action, ...without })).to.deep.equal([]);
    for (const name of ["vars.GCP_REVIEW_SERVICE_ACCOUNT", "vars.REVIEW_BACKEND_URL"])
      expect(running({ ...night, "github.event_name": "schedule", [name]: "" })).to.deep.equal([]);
  });

  it("brings the branch up from its base, with the reviews' own bucket, and leaves what the comment shows", () => {
    expect(perform({ job: "up" })).to.deep.equal({
      ok: true,
      calls: [...READY, "fleet review up 12 --systems touched --from origin/release/1; false (gs://reviews)"],
      artifact: "review: pr-12 of leads\n",
    });
    const [checkout] = jobs.up.steps;
    // The merge with its base, as check.yml takes it: what the branch touches is then what differs from the base.
    expect(checkout?.with).to.include({ "fetch-depth": 0 });
    expect(checkout?.with).to.not.have.property("ref");
  });

  it("closes with the default branch's code, and leaves that it is gone", () => {
    expect(perform({ job: "close" })).to.deep.equal({
      ok: true,
      calls: [...READY, "fleet review close 12 (gs://reviews)"],
      artifact: "review: pr-12 is gone\n",
    });
    for (const job of ["close", "sweep"] as const)
      expect(jobs[job].steps[0]?.with?.["ref"]).to.equal("${{ github.event.repository.default_branch }}");
  });

  it("sweeps what is older than three days", () => {
    expect(perform({ job: "sweep", event: night })).to.deep.equal({
      ok: true,
      calls: [...READY, "fleet review sweep --older-than 72 (gs://reviews)"],
      artifact: undefined,
    });
  });

  it("fails where a step fails, and leaves nothing to show then", () => {
    for (const [job, fails, after] of [
      ["up", "setup", 1],
      ["up", "configure-docker", 2],
      ["up", "review up", 3],
      ["close", "review close", 3],
      ["sweep", "review sweep", 3],
    ] as const) {
      const { ok, calls, artifact } = perform({ job, fails });
      expect({ ok, artifact, calls: calls.length }, fails).to.deep.equal({
        ok: false,
        artifact: undefined,
        calls: after,
      });
    }
  });

  it("hands over what the comment takes: an artifact of its name, with its file", () => {
    for (const job of ["up", "close"] as const)
      expect(jobs[job].steps.at(-1)).to.deep.include({ with: { name: "review", path: "review", "retention-days": 7 } });
    expect(readFileSync(".github/workflows/comment.yml", "utf8")).to.include("--name review --dir review");
  });
});
