import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import type { Finding } from "./drift";

const PATIENCE_MS = 90_000;

/**
 * Starts stopped containers, each once the ones it depends on are healthy. Pulumi's own way would be to make them
 * again, and only where their ports show that they stopped. Returns the lines of those that did not come up.
 */
export const startStopped = async ({
  docker,
  stopped,
}: {
  docker: Docker;
  stopped: readonly Finding[];
}): Promise<string[]> => {
  const byUrn = new Map(stopped.map((finding) => [finding.resource.urn, finding]));
  const started = new Map<string, Promise<string[]>>();

  const startOnce = (urn: string): Promise<string[]> => {
    const known = started.get(urn);
    if (known) return known;
    const start = startAfterDependencies(urn);
    started.set(urn, start);
    return start;
  };
  const startAfterDependencies = async (urn: string): Promise<string[]> => {
    const finding = byUrn.get(urn);
    if (!finding) return [];
    const before = (await Promise.all((finding.resource.dependencies ?? []).map(startOnce))).flat();
    return before.length > 0 ? [] : startOne({ docker, finding });
  };
  return (await Promise.all([...byUrn.keys()].map(startOnce))).flat();
};

const startOne = async ({
  docker,
  finding: { resource, line },
}: {
  docker: Docker;
  finding: Finding;
}): Promise<string[]> => {
  const container = docker.getContainer(resource.id ?? "");
  try {
    await container.start();
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const { State } = await container.inspect();
      const health = State.Health?.Status ?? "healthy";
      if (State.Running && health === "healthy") return [];
      if (!State.Running || Date.now() > deadline)
        return [`${line}, and started it is ${State.Running ? health : `gone with exit code ${State.ExitCode}`}`];
      await sleep(250);
    }
  } catch (error) {
    return [`${line}, and cannot be started: ${(error as Error).message}`];
  }
};
