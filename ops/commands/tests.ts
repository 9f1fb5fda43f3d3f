import { mkdtempSync, rmSync } from "node:fs";
import os, { availableParallelism } from "node:os";
import path from "node:path";
import { REGISTRY_IMAGE } from "../../rehearsal/registry-image";
import { refuseWith } from "../../infra/problems";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { djangoTests, type DjangoOptions } from "../django/tests";
import { readJson } from "../stack/files";
import { runInForeground, wasInterrupted } from "../terminal/processes";
import { setUp } from "../start/set-up";
import { stackOf } from "../stack/stack";
import { systemNames } from "../../stacks/wanted";

export const register: Register = (program) => {
  withStack(program.command("test"))
    .description("run the whole suite, test files, or the Django tests of services (leads, reservas, chassis)")
    .argument("[names...]", "files, or services of a running stack (default: every file)")
    .option("--fast", "only the files that need no Docker, no Pulumi engine and no network; nothing is set up")
    .option("--coverage", "of Django tests: report what they cover, as HTML too")
    .option("--parallel", "of Django tests: on every processor at once")
    .option("--with <arguments>", "of Django tests: arguments for pytest, in quotes: --with '-k agents'")
    .action(withExitCode((names: string[], options: Options) => testOf(names, options)));
  program.command("soak").description("run the long tests").argument("[files...]").action(withExitCode(soak));
  program
    .command("bench")
    .description("measure, as ratios; --runs <number>, --only <noop,start,load,cold,images,boot,rate>, --json")
    .argument("[args...]")
    .allowUnknownOption()
    .passThroughOptions()
    .action(withExitCode((args: string[]) => bench(args)));
};

type Options = DjangoOptions & { fast?: boolean };
type Counts = { passed: number; failed: number; skipped: number };

/** A name with a slash, a star or an ending is a file, unless it begins with a system; any other is a service. */
const testOf = async (names: string[], options: Options): Promise<number> => {
  const systems = systemNames();
  const files = names.filter((name) => /[/*.]/.test(name) && !systems.includes(name.split("/")[0] ?? ""));
  if (files.length > 0 && files.length < names.length)
    refuseWith({
      path: names.join(" "),
      message: "names both test files and services",
      cure: "one call for each: ./fleet test leads, then ./fleet test test/ops/stack/health.test.ts",
    });
  if (options.fast) return testFast(files);
  return names.length > 0 && files.length === 0 ? djangoTests(names, options) : test(files);
};

/** Runs the given tests (default: all of them) on a machine that is set up, and ends with a line that counts them. */
export const test = (files: string[]): Promise<number> =>
  mocha({ files: files.length > 0 ? files : ALL_TESTS, timeoutS: 1200 });

const ALL_TESTS = ["test/**/*.test.ts"];
/** Tests that need Docker, Pulumi's engine, a tool that set-up brings, or the network lie here or are named so. */
const WITHOUT_ENGINE = ["--ignore", "test/e2e/**", "--ignore", "test/**/*.engine.test.ts"];

/** mocha's arguments for the tests that need none of this. */
export const FAST = [...["--parallel", "--jobs", String(availableParallelism())], ...WITHOUT_ENGINE];

/** Runs the tests of the inner loop, on a machine that nothing was set up on, on every processor at once. */
const testFast = (files: string[]): Promise<number> =>
  runMocha({
    args: FAST,
    files: files.length > 0 ? files : ALL_TESTS,
    timeoutS: 60,
    env: process.env,
  });

/** The long ones: kills, floods, drills. */
export const soak = (files: string[]): Promise<number> =>
  mocha({ files: files.length > 0 ? files : ["test/**/*.soak.ts"], timeoutS: 3600 });

/** The numbers, as ratios. */
export const bench = async (args: string[]): Promise<number> => {
  const { env } = await setUp({ stack: stackOf("dev") });
  return runNode({ env, args: ["--import", "tsx", "test/bench/index.ts", ...args] });
};

const mocha = async ({ files, timeoutS }: { files: string[]; timeoutS: number }): Promise<number> => {
  // The rehearsal's tests push to a registry.
  const { env } = await setUp({ stack: stackOf("dev"), images: [REGISTRY_IMAGE] });
  return runMocha({ args: [], files, timeoutS, env });
};

const MOCHA = "node_modules/mocha/bin/mocha.js";

type Mocha = { args: string[]; files: string[]; timeoutS: number; env: NodeJS.ProcessEnv };

const runMocha = async ({ args, files, timeoutS, env }: Mocha): Promise<number> => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "fleet-test-"));
  const result = path.join(folder, "counts.json");
  const reporter = ["--reporter", "test/reporter.cjs", "--reporter-option", `file=${result}`];
  const code = await runNode({
    env,
    args: [MOCHA, "--extension", "ts", ...reporter, "--timeout", `${timeoutS}s`, ...args, ...files],
  });
  // A run that dies before its end (a file that does not load) has counted nothing, and has failed.
  const counts = readJson<Counts>(result) ?? { passed: 0, failed: 1, skipped: 0 };
  rmSync(folder, { recursive: true });
  process.stdout.write(`${closingLine(counts)}\n`);
  // Exit handlers of what the tests have loaded may want another code: the line and the code say the same.
  return counts.failed > 0 || wasInterrupted() ? code || 1 : 0;
};

export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

const runNode = ({ env, args }: { env: NodeJS.ProcessEnv; args: string[] }): Promise<number> =>
  runInForeground({ command: process.execPath, args, env, stdin: "ignore" });
