import { existsSync } from "node:fs";
import { withExitCode, type Register } from "../terminal/command-line";
import { installPythonTools, python } from "../stack/python-tools";
import { runInForeground, runCaptured } from "../terminal/processes";

export const register: Register = (program) => {
  program
    .command("lint")
    .description("check style and format of everything, and the types of TypeScript (./fleet test: those of Python)")
    .option("--fix", "fix what can be fixed")
    .action(withExitCode(lint));
};

type Check = { name: string; command: string; args: string[] };

/** Runs every check and prints which ones failed. It needs neither Docker nor Pulumi. */
export const lint = async ({ fix = false }: { fix?: boolean }): Promise<number> => {
  installPythonTools();
  const failed: string[] = [];
  for (const { name, command, args } of checks(fix)) {
    process.stderr.write(`${name}\n`);
    if ((await runInForeground({ command, args, stdin: "ignore" })) !== 0) failed.push(name);
  }
  process.stdout.write(failed.length > 0 ? `failed: ${failed.join(", ")}\n` : "all checks passed\n");
  return failed.length > 0 ? 1 : 0;
};

const checks = (fix: boolean): Check[] => [
  { name: "types", command: bin("tsc"), args: ["--noEmit"] },
  { name: "types of the dashboard's page", command: bin("tsc"), args: ["--noEmit", "-p", "dashboard/page"] },
  { name: "eslint", command: bin("eslint"), args: [".", "--max-warnings", "0", ...(fix ? ["--fix"] : [])] },
  { name: "prettier", command: bin("prettier"), args: [fix ? "--write" : "--check", "--log-level", "warn", "."] },
  { name: "ruff", command: python("ruff"), args: ["check", "services", ...(fix ? ["--fix"] : [])] },
  { name: "ruff format", command: python("ruff"), args: ["format", "services", ...(fix ? [] : ["--check"])] },
  ...forFiles({ name: "shellcheck", command: python("shellcheck"), args: [], files: shellScripts() }),
  // DL3008 asks for pinned Debian packages; Debian removes a version when its successor is out.
  // DL3003 asks for WORKDIR instead of cd, also for one step in a scratch folder.
  ...forFiles({
    name: "hadolint",
    command: python("hadolint"),
    args: ["--ignore", "DL3008", "--ignore", "DL3003"],
    files: tracked("*Dockerfile"),
  }),
  ...workflowChecks(),
  // Offline: its other checks ask GitHub. What it ignores is in .github/zizmor.yml.
  { name: "zizmor", command: python("zizmor"), args: ["--offline", "--quiet", "--no-progress", ".github"] },
];

/** actionlint is a Go program that no package registry we use has built; `go run` keeps the one it compiled. */
const workflowChecks = (): Check[] => {
  const tool = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
  if (runCaptured({ command: "go", args: ["version"] }).ok)
    return [{ name: "actionlint", command: "go", args: ["run", tool, "-shellcheck", python("shellcheck")] }];
  process.stderr.write("actionlint is left out: it needs Go, which is not installed\n");
  return [];
};

/** Without files these two would read their standard input. */
const forFiles = ({ files, args, ...check }: Check & { files: string[] }): Check[] =>
  files.length > 0 ? [{ ...check, args: [...args, ...files] }] : [];

const bin = (name: string): string => `node_modules/.bin/${name}`;

const tracked = (pattern: string): string[] =>
  runCaptured({ command: "git", args: ["ls-files", "--", pattern] })
    .stdout.split("\n")
    .filter((file) => file && existsSync(file));

const shellScripts = (): string[] => [...tracked("*.sh"), ...tracked(".ci/run")];
