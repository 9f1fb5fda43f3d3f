import assert from "node:assert/strict";
import type Docker from "dockerode";
import { exitCodeIn, healthIn, healthOf, passesOwnCheck } from "../../docker/health";

describe("the engine's listing", () => {
  for (const [status, health] of [
    ["Up 5 seconds (healthy)", "healthy"],
    ["Up 5 seconds (health: starting)", "starting"],
    ["Up 2 hours (unhealthy)", "unhealthy"],
    ["Up 2 hours (Paused)", undefined],
    ["Up 5 seconds", undefined],
    ["Exited (1) 2 hours ago", undefined],
  ] as const)
    it(`says in "${status}" what the check says: ${health ?? "nothing"}`, () => assert.equal(healthIn(status), health));

  it("says the exit code of what has ended", () => {
    assert.deepEqual(["Exited (137) 2 hours ago", "Exited (0) now", "Up 5 seconds"].map(exitCodeIn), [137, 0, 0]);
  });
});

describe("the engine's inspection", () => {
  it("says what the check says, and nothing where there is none", () => {
    const said = ["starting", "healthy", "unhealthy", "none"].map((Status) => healthOf({ Health: { Status } }));
    assert.deepEqual([...said, healthOf({})], ["starting", "healthy", "unhealthy", undefined, undefined]);
  });
});

describe("a container's own check, run now", () => {
  const passes = ({ test, code = 0 }: { test: string[] | undefined; code?: number }) => {
    const commands: string[][] = [];
    const exec = ({ Cmd }: { Cmd: string[] }) => {
      commands.push(Cmd);
      const ended = { Running: false, ExitCode: code };
      return Promise.resolve({ start: () => Promise.resolve([]), inspect: () => Promise.resolve(ended) });
    };
    const inspect = () => Promise.resolve({ Config: { Healthcheck: test && { Test: test } } });
    const docker = { getContainer: () => ({ exec, inspect }) } as unknown as Docker;
    return passesOwnCheck({ docker, container: "db" }).then((passed) => ({ passed, commands }));
  };

  it("is the command that Docker would run", async () => {
    const direct = { test: ["CMD", "redis-cli", "ping"] };
    assert.deepEqual(await passes(direct), { passed: true, commands: [["redis-cli", "ping"]] });
    assert.deepEqual(await passes({ test: ["CMD-SHELL", "a && b"], code: 1 }), {
      passed: false,
      commands: [["/bin/sh", "-c", "a && b"]],
    });
  });

  it("fails where there is none, and where the container is gone", async () => {
    for (const test of [undefined, ["NONE"]]) assert.deepEqual(await passes({ test }), { passed: false, commands: [] });
    const gone = { getContainer: () => ({ inspect: () => Promise.reject(new Error("404")) }) } as unknown as Docker;
    assert.equal(await passesOwnCheck({ docker: gone, container: "db" }), false);
  });
});
