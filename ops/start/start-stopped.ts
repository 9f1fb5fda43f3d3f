import type Docker from "dockerode";
import { healthOf, type Health } from "../../docker/health";
import { until } from "../../docker/wait";
import type { Finding } from "../stack/drift";
import type { Resource } from "../stack/checkpoint";

const PATIENCE_MS = 90_000;

type Starting = { docker: Docker; stopped: readonly Finding[]; resources: readonly Resource[] };

/**
 * Starts stopped containers, each once the ones it depends on (by whatever path) are healthy. Pulumi's own way would
 * be to make them again, and only where their ports show that they stopped. Returns a line for each that did not come up.
 */
export const startStopped = async (of: Starting): Promise<string[]> => {
  const failures: string[] = [];
  const findings = new Map(of.stopped.map((finding) => [finding.resource.urn, finding]));
  const dependencies = new Map(of.resources.map(({ urn, dependencies }) => [urn, dependencies ?? []]));
  const settled = new Map<string, Promise<boolean>>();

  /** Whether the resource, and all that it stands on, is up. */
  const bringUp = (urn: string): Promise<boolean> => {
    const known = settled.get(urn) ?? bringUpAfterDependencies(urn);
    settled.set(urn, known);
    return known;
  };
  const bringUpAfterDependencies = async (urn: string): Promise<boolean> => {
    const standing = await Promise.all((dependencies.get(urn) ?? []).map(bringUp));
    const finding = findings.get(urn);
    if (!standing.every(Boolean)) return false;
    const failure = finding && (await startOne({ docker: of.docker, finding }));
    if (failure) failures.push(failure);
    return !failure;
  };
  await Promise.all([...findings.keys()].map(bringUp));
  return failures;
};

type Stopped = { docker: Docker; finding: Finding };

/** Starts one container and waits until it is healthy; what went wrong, if anything did. */
const startOne = async ({ docker, finding: { resource, line } }: Stopped): Promise<string | undefined> => {
  const container = docker.getContainer(resource.id ?? "");
  try {
    await container.start();
    return await untilHealthy({ container, line });
  } catch (error) {
    return `${line}, and cannot be started: ${(error as Error).message}`;
  }
};

type Started = { container: Docker.Container; line: string };

const untilHealthy = async ({ container, line }: Started): Promise<string | undefined> => {
  const { State } = await until({
    ask: () => container.inspect(),
    ends: ({ State: state }) => !state.Running || isWell(healthOf(state)),
    everyMs: 250,
    patienceMs: PATIENCE_MS,
  });
  if (!State.Running) return `${line}, and started it is gone with exit code ${State.ExitCode}`;
  const health = healthOf(State);
  return isWell(health) ? undefined : `${line}, and started it is ${health}`;
};

/** A container without a health check counts as healthy once it runs. */
const isWell = (health: Health | undefined): boolean => health === undefined || health === "healthy";
