import { spawnSync } from "node:child_process";
import { installing, machineOf, type Machine } from "../infra/machine";
import { ProblemsError } from "../infra/problems";
import { run, type Report } from "./command";
import { inOffline } from "./digest";
import type { Program } from "./programs";

const NEEDED = "1.26";
/** Modules are those of the committed go.sum, whatever GOFLAGS says. */
const FLAGS = ["-v", "-mod=readonly", "-trimpath", "-buildvcs=false"];
const PROGRESS_MS = 15_000;

const environment = {
  // An older Go fetches the one that go.mod names from the same place as the modules.
  GOTOOLCHAIN: "auto",
  // The same binary on every machine, and none that needs a C compiler.
  CGO_ENABLED: "0",
};

/** Refuses to begin without a Go that can build the modules. */
export const requireGo = (): void => {
  const { stdout } = spawnSync("go", ["version"], {
    cwd: inOffline("pulumi", "cli"),
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  const found = /go version go(\d+\.\d+)/.exec(stdout ?? "")?.[1];
  if (found && isAtLeast({ found, needed: NEEDED })) return;
  throw new ProblemsError([
    {
      path: "Go",
      message: found
        ? `version ${found} is too old to build the Pulumi stand-ins; ${NEEDED} is needed (1.21 or newer fetches it)`
        : "there is no Go on PATH to build the Pulumi stand-ins with",
      cure: goCure({ isOld: found !== undefined }),
    },
  ]);
};

const PACKAGES = { debian: "golang-go", fedora: "golang" };

/** The official way first: stand-ins are for networks that close it. */
export const goCure = ({ isOld, machine = machineOf() }: { isOld: boolean; machine?: Machine }): string => {
  const known = machine.system === "macos" ? "brew install go" : installing(PACKAGES, machine);
  // An old one may be what the system's packages have.
  const from = (isOld ? undefined : known) ?? "go.dev/doc/install";
  return `make Pulumi's downloads reachable (a proxy: HTTPS_PROXY) and run FLEET_OFFLINE=0 npm start; or, for stand-ins, install Go ${NEEDED} or newer: ${from}, then run this again`;
};

export const isAtLeast = ({ found, needed }: { found: string; needed: string }): boolean => {
  const [major = 0, minor = 0] = found.split(".").map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split(".").map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
};

/** A program to build, whom to tell, and what ends it early. */
export type Building = { program: Program; report: Report; signal?: AbortSignal | undefined };

/** Builds one program into a file. Go keeps what it compiled, so an interrupted build goes on where it was. */
export const build = async ({ program, output, report, signal }: Building & { output: string }): Promise<void> => {
  const done = { downloaded: 0, compiled: 0 };
  const progress = setInterval(
    () => report(`${done.downloaded} modules downloaded, ${done.compiled} packages compiled`),
    PROGRESS_MS,
  );
  try {
    await run({
      command: "go",
      args: ["build", ...FLAGS, "-ldflags", linkFlags(program), "-o", output, program.package],
      cwd: inOffline("pulumi", program.module),
      env: environment,
      signal,
      onLine: (line) => (line.startsWith("go: downloading") ? done.downloaded++ : done.compiled++),
    });
  } finally {
    clearInterval(progress);
  }
};

/** Without symbol tables a binary is a quarter smaller. */
export const linkFlags = ({ variables }: Program): string =>
  ["-s -w", ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(" ");
