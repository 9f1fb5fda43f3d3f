import assert from "node:assert/strict";
import { firstFree } from "../../../ops/start/ports/offset";
import { wantedPorts } from "../../../ops/start/ports/wanted";
import { specified } from "../../infra/example";

describe("the ports that a stack wants", () => {
  const config = { systems: ["leads"], portOffset: 100, mariadb: false };

  it("are those of its systems, moved by its offset", () =>
    assert.deepEqual(wantedPorts(config), [
      { path: "leads/postgres", port: 5536 },
      { path: "leads/web", port: 8186 },
    ]));
  it("of all are those of the specifications", () =>
    assert.deepEqual(
      wantedPorts({ ...config, systems: Object.keys(specified), portOffset: 0 })
        .map(({ port }) => port)
        .sort(),
      [4566, 5432, 5436, 6379, 8000, 8001, 8002, 8081, 8082, 8086],
    ));
});

describe("the port offset of a new stack", () => {
  const free = (reserved: number[], taken: number[] = []) =>
    firstFree({
      wanted: [8000, 5436],
      reserved: new Set(reserved),
      isTaken: (port) => Promise.resolve(taken.includes(port)),
    });

  it("is the lowest step", async () => assert.equal(await free([]), 100));
  it("passes what other stacks reserve", async () => assert.equal(await free([8100, 5636]), 300));
  it("passes what listens", async () => assert.equal(await free([8100], [5636]), 300));
  it("stays below the ports of outgoing connections, and is none when all are taken", async () => {
    const all = Array.from({ length: 40_000 }, (_, port) => port);
    assert.equal(await free(all), undefined);
    assert.equal(await free(all.filter((port) => port !== 32_700 && port !== 30_136)), 24_700);
  });
});
