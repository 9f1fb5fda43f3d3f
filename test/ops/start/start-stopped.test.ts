import assert from "node:assert/strict";
import type Docker from "dockerode";
import { startStopped } from "../../../ops/start/start-stopped";
import { CONTAINER } from "../../../ops/stack/drift";
import type { Resource } from "../../../ops/stack/checkpoint";

const other = (name: string, dependencies: string[] = []): Resource => ({
  urn: name,
  type: "other",
  id: name,
  dependencies,
});
const container = (name: string, dependencies: string[] = []): Resource => ({
  ...other(name, dependencies),
  type: CONTAINER,
});

/** An engine whose containers are healthy at the second look; `broken` ones end at once. */
const engine = ({ log, broken = [] }: { log: string[]; broken?: string[] }): Docker => {
  const looks = new Map<string, number>();
  const getContainer = (id: string) => ({
    start: () => Promise.resolve(log.push(`start ${id}`)),
    inspect: () => {
      looks.set(id, (looks.get(id) ?? 0) + 1);
      const Running = !broken.includes(id);
      const isHealthy = (looks.get(id) ?? 0) > 1;
      if (Running && isHealthy) log.push(`healthy ${id}`);
      return Promise.resolve({
        State: { Running, ExitCode: 3, Health: { Status: isHealthy ? "healthy" : "starting" } },
      });
    },
  });
  return { getContainer } as unknown as Docker;
};

const start = ({ resources, log, broken = [] }: { resources: Resource[]; log: string[]; broken?: string[] }) => {
  const stopped = resources
    .filter(({ type }) => type === CONTAINER)
    .map((resource) => ({ resource, line: `${resource.urn} stopped` }));
  return startStopped({ docker: engine({ log, broken }), stopped, resources });
};

describe("starting what stopped", () => {
  it("starts a container once what it depends on is healthy, by whatever path", async () => {
    const log: string[] = [];
    const resources = [container("web", ["migrated"]), other("migrated", ["database"]), container("database")];
    assert.deepEqual(await start({ resources, log }), []);
    assert.deepEqual(log, ["start database", "healthy database", "start web", "healthy web"]);
  });

  it("tells what did not stay up, and does not start what needs it", async () => {
    const log: string[] = [];
    const resources = [container("web", ["database"]), container("database"), container("cache")];
    assert.deepEqual(await start({ resources, log, broken: ["database"] }), [
      "database stopped, and started it is gone with exit code 3",
    ]);
    assert.equal(log.includes("start web"), false);
    assert.equal(log.includes("healthy cache"), true);
  });
});
