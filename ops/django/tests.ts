import { chmodSync, mkdirSync } from "node:fs";
import { cpus } from "node:os";
import { CHASSIS_FOLDER, APP_FOLDER } from "../../infra/targets/local/images";
import { runOneOff } from "./one-off";
import { inFleet } from "../stack/files";
import { openStack } from "../stack/running";
import { idOf } from "../stack/select";
import { codePartsOf, webParts, type CodePart } from "./code";

export type DjangoOptions = { stack: string; coverage?: boolean; parallel?: boolean; with?: string };

/** The services' own code, and the tests beside it. */
const CHASSIS = "chassis";
const MEMORY_BYTES = 2 * 1024 ** 3;

/**
 * Runs the Django tests of services, each in a container like its web service's, against the stack's own datastores, in
 * databases of their own. Resolves to the first exit code that is not 0.
 */
export const djangoTests = async (names: readonly string[], options: DjangoOptions): Promise<number> => {
  const running = await openStack(options.stack);
  const services = names.filter((name) => name !== CHASSIS);
  const parts = services.length > 0 ? await codePartsOf({ running, names: services }) : [];
  // The chassis has no stack of its own: any service's container has all that it needs.
  const host = names.includes(CHASSIS) ? await codePartsOf({ running, names: firstOf(webParts(running)) }) : [];
  const suites = [
    ...parts.map((part) => ({ part, folder: APP_FOLDER, name: part.folder })),
    ...host.slice(0, 1).map((part) => ({ part, folder: CHASSIS_FOLDER, name: CHASSIS })),
  ];
  for (const { part, folder, name } of suites) {
    process.stderr.write(`${name} (${idOf(part)})\n`);
    const code = await runOneOff({
      docker: running.docker,
      container: part.container,
      command: ["sh", "-c", pytest({ ...options, isTerminal: process.stdout.isTTY })],
      folder,
      memoryBytes: MEMORY_BYTES,
      processors: cpus().length,
      binds: options.coverage ? [`${coverageFolder(name)}:/coverage`] : [],
    });
    if (options.coverage) process.stderr.write(`coverage: ${coverageFolder(name)}/index.html\n`);
    if (code !== 0) return code;
  }
  return 0;
};

const firstOf = (parts: readonly CodePart[]): string[] => parts.slice(0, 1).map(idOf);

/** The folder is writable for the container's user, whatever its id. */
const coverageFolder = (name: string): string => {
  const folder = inFleet("coverage", name);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
  return folder;
};

/** The settings for tests, and another Redis index than the one that the stack's worker listens to. */
export const pytest = (of: Omit<DjangoOptions, "stack"> & { isTerminal: boolean }): string =>
  [
    "ENVIRONMENT=test DEBUG=False",
    'CELERY_BROKER_URL="${CELERY_BROKER_URL:+${CELERY_BROKER_URL%/*}/7}"',
    "exec python -m pytest -q -p no:cacheprovider",
    `--color=${of.isTerminal ? "yes" : "no"}`,
    ...(of.coverage ? ["--cov --cov-report=term --cov-report=html:/coverage"] : []),
    ...(of.parallel ? ["-n auto"] : []),
    ...(of.with === undefined ? [] : [of.with]),
  ].join(" ");
