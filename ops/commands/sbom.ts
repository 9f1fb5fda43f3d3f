import { mkdirSync } from "node:fs";
import path from "node:path";
import { refuseWith } from "../../infra/problems";
import { stackLabel, STACK_LABEL } from "../../infra/targets/local/labels";
import { inFleet, readJson } from "../stack/files";
import { openStack, type RunningStack } from "../stack/running";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { runCaptured, runInForeground } from "../terminal/processes";

/** Go programs, at versions that Go's checksum database knows; `go run` keeps what it compiled. */
const SYFT = "github.com/anchore/syft/cmd/syft@v1.57.1";
const GRYPE = "github.com/anchore/grype/cmd/grype@v0.121.2";

export const register: Register = (program) => {
  withStack(program.command("sbom"))
    .description("list what is in each image of the stack (CycloneDX, in .fleet/sbom), Debian's and Python's packages")
    .option("--vulnerabilities", "print what is known against them, too; the data comes from Grype's download site")
    .action(withExitCode(sbom));
};

type Options = { stack: string; vulnerabilities?: boolean };

/** Describes every image once. Resolves to 1 where a report could not be made. */
export const sbom = async ({ stack, vulnerabilities = false }: Options): Promise<number> => {
  requireGo();
  const images = await imagesOf(await openStack(stack));
  mkdirSync(inFleet("sbom"), { recursive: true });
  // Packages, not each of their files.
  const env = { ...process.env, SYFT_FILE_METADATA_SELECTION: "none", SYFT_CHECK_FOR_APP_UPDATE: "false" };
  let code = 0;
  for (const { name, id } of images) {
    const file = path.relative("", inFleet("sbom", `${name.replaceAll(/[^\w.-]+/g, "-")}.cdx.json`));
    const args = ["run", SYFT, "scan", "--quiet", `docker:${id}`, "--output", `cyclonedx-json=${file}`];
    if ((await runInForeground({ command: "go", args, env, stdin: "ignore" })) !== 0) return 1;
    const { components = [] } = readJson<{ components?: { type: string }[] }>(path.resolve(file)) ?? {};
    process.stdout.write(`${name}: ${components.filter(({ type }) => type === "library").length} packages, ${file}\n`);
    if (vulnerabilities) code ||= await report(file);
  }
  return code;
};

const report = (file: string): Promise<number> =>
  runInForeground({ command: "go", args: ["run", GRYPE, "--quiet", `sbom:${file}`], stdin: "ignore" });

const imagesOf = async ({ docker, stack }: RunningStack): Promise<{ name: string; id: string }[]> => {
  const filters = { label: [`${STACK_LABEL}=${stackLabel(stack.name)}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const ids = [...new Set(containers.map(({ ImageID }) => ImageID))];
  const named = ids.map(async (id) => ({ id, name: (await docker.getImage(id).inspect()).RepoTags[0] ?? id }));
  return (await Promise.all(named)).sort((a, b) => (a.name < b.name ? -1 : 1));
};

const requireGo = (): void => {
  if (runCaptured({ command: "go", args: ["version"] }).ok) return;
  refuseWith({
    path: "Go",
    message: "there is no Go on PATH, and Syft, which lists packages, comes as a Go program",
    cure: "install Go 1.21 or newer and put it on PATH, then run this again",
  });
};
