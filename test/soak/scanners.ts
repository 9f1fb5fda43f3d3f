import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { imageReference, PYTHON_IMAGE } from "../../infra/targets/base-image";

export type Finding = { rule: string; file: string; line: number };
type Ignored = { rule: string; where: RegExp; why: string };

/** All that is ignored of what the scanners of this file find; lint.ts has the same for its own. */
export const ignored: Record<"bandit" | "checkov" | "gitleaks", readonly Ignored[]> = {
  // ruff judges the same five rules (S311, S606, S108, S104, S105) line by line: each has a `noqa` beside it.
  bandit: [
    { rule: "B311", where: /\/sample_data\.py$/, why: "sample data is made up from a seed, on purpose" },
    { rule: "B606", where: /\/(entrypoint|run|worker)\.py$/, why: "process 1 becomes the command that it was given" },
    { rule: "B404", where: /\/background\.py$/, why: "it starts the catalogue's own command anew at each edit" },
    { rule: "B603", where: /\/background\.py$/, why: "the command is the catalogue's, and no shell reads it" },
    { rule: "B606", where: /\/background\.py$/, why: "process 1 becomes the command that it was given" },
    { rule: "B108", where: /\/(gunicorn_conf|settings)\.py$/, why: "/tmp is the container's own" },
    { rule: "B104", where: /\/heartbeat\.py$/, why: "probes come from outside of the container" },
    { rule: "B105", where: /^services\/meet\/config\/database\.py$/, why: "it is the name of a variable" },
  ],
  checkov: [
    { rule: "CKV_DOCKER_2", where: /^offline\/images\//, why: "a stand-in has no check, as the official image" },
    { rule: "CKV_DOCKER_3", where: /^offline\/images\//, why: "its entrypoint gives up root, as the official one" },
    { rule: "CKV_DOCKER_2", where: /\/postgis\/Dockerfile$/, why: "its container has a check of its own" },
    { rule: "CKV_DOCKER_3", where: /postgis\/Dockerfile$/, why: "its entrypoint gives up root, as Postgres's" },
    { rule: "CKV_DOCKER_7", where: /postgis\/Dockerfile$/, why: "the base comes with its tag and digest" },
    { rule: "CKV_DOCKER_2", where: /^test\/fuzz\//, why: "it asks, and ends" },
    { rule: "CKV_DOCKER_2", where: /^test\/fixtures\//, why: "a test starts and ends it" },
    { rule: "CKV_DOCKER_4", where: /^offline\/images\/debian\//, why: "ADD unpacks the root file system" },
  ],
  gitleaks: [
    { rule: "generic-api-key", where: /^rehearsal\/discovery\/documents\//, why: "KEY_ALG_... is a word of an API" },
    {
      rule: "generic-api-key",
      where: /^test\/policy\/example-program\.cjs$/,
      why: "the mark by which Pulumi tells a secret",
    },
    { rule: "generic-api-key", where: /^test\/inventory\.ts$/, why: "it marks secrets under mocks" },
    { rule: "generic-api-key", where: /\/tests\/test_commands\.py$/, why: "a key of a test, of one letter" },
  ],
};

const GITLEAKS = "github.com/zricethezav/gitleaks/v8@v8.30.1";

/** Secrets in every commit of the clone's history. */
export const gitleaks = (): Finding[] => {
  const args = ["git", "--no-banner", "--redact", "--exit-code", "0", "--report-format", "json", "--report-path", "-"];
  const found = JSON.parse(run("go", ["run", GITLEAKS, ...args, "."])) as Record<string, string>[];
  return found.map(({ RuleID, File, StartLine }) => ({
    rule: RuleID ?? "",
    file: File ?? "",
    line: Number(StartLine),
  }));
};

/** Runs the Python scanners on what git tracks, in the Python that the services run on: an older one cannot read them. */
export const pythonScanners = (): { bandit: Finding[]; checkov: Finding[] } => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-scanned-"));
  try {
    run("git", ["checkout-index", "--all", `--prefix=${folder}/`]);
    const image = imageReference({ image: PYTHON_IMAGE, prefix: process.env.FLEET_IMAGE_PREFIX ?? "" });
    const install =
      "pip install --quiet --root-user-action=ignore --require-hashes -r test/soak/scanners-requirements.txt";
    const bandit = "bandit --quiet --recursive services --exclude '*/tests/*' --format json";
    const checkov = "checkov --directory . --skip-download --quiet --compact --output json";
    const script = `{ python -m venv /opt/v && . /opt/v/bin/activate && ${install}; } >&2 && { ${bandit} || true; } && echo && echo ---- && { ${checkov} || true; }`;
    const [first = "", second = ""] = run("docker", [
      ...["run", "--rm", "--network", "host", "--volume", `${folder}:/src:ro`, "--workdir", "/src", image],
      ...["sh", "-ec", script],
    ]).split("\n----\n");
    return { bandit: banditFindings(first), checkov: checkovFindings(second) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

type Bandit = { errors: unknown[]; results: { test_id: string; filename: string; line_number: number }[] };

const banditFindings = (report: string): Finding[] => {
  const { errors, results } = JSON.parse(report) as Bandit;
  if (errors.length > 0) throw new Error(`bandit could not read all files: ${JSON.stringify(errors)}`);
  return results.map(({ test_id, filename, line_number }) => ({ rule: test_id, file: filename, line: line_number }));
};

type Checkov = {
  results: { failed_checks: { check_id: string; file_path: string; file_line_range: [number, number] }[] };
  summary: { parsing_errors: number };
};

const checkovFindings = (report: string): Finding[] => {
  const all = [JSON.parse(report) as Checkov | Checkov[]].flat();
  if (all.some(({ summary }) => summary.parsing_errors > 0)) throw new Error("checkov could not read all files");
  return all.flatMap(({ results }) =>
    results.failed_checks.map(({ check_id, file_path, file_line_range }) => ({
      rule: check_id,
      file: file_path.replace(/^\/+/, ""),
      line: file_line_range[0],
    })),
  );
};

const run = (command: string, args: string[]): string =>
  execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
