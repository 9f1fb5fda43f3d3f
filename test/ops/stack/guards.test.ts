import assert from "node:assert/strict";
import type Docker from "dockerode";
import { stackOf } from "../../../ops/stack/stack";
import { requireState } from "../../../ops/stack/guards";

const gone = Object.assign(new Error("(HTTP code 404) no such container"), { statusCode: 404 });
const part = (name: string) => ({ system: "leads", name, container: `leads_mine_${name}` });

/** An engine whose containers are in these states. */
const engineWith = (states: Record<string, string>): Docker =>
  ({
    getContainer: (name: string) => ({
      inspect: () => (states[name] ? Promise.resolve({ State: { Status: states[name] } }) : Promise.reject(gone)),
    }),
  }) as unknown as Docker;

const docker = engineWith({ leads_mine_web: "running", leads_mine_worker: "exited" });
const running = { docker, stack: stackOf("mine") };
const [web, worker, migrate, redis] = [part("web"), part("worker"), part("migrate"), part("redis")];

describe("a container that a command needs", () => {
  it("has to run where something runs in it", async () => {
    await requireState({ running, parts: [web], are: "running" });
    await assert.rejects(
      requireState({ running, parts: [worker], are: "running" }),
      /leads_mine_worker is exited\n.*\.\/fleet start --stack mine/,
    );
  });

  it("has to be there where it is restarted; each that is not is named", async () => {
    await requireState({ running, parts: [web, worker], are: "made" });
    await assert.rejects(
      requireState({ running, parts: [web, migrate, redis], are: "made" }),
      /2 problems.*leads_mine_migrate is gone\n +cure: \.\/fleet start --stack mine\n.*leads_mine_redis is gone/s,
    );
  });

  it("has to be at rest where it is started", async () => {
    await requireState({ running, parts: [worker], are: "at rest" });
    await assert.rejects(
      requireState({ running, parts: [web, migrate], are: "at rest" }),
      /leads_mine_web is running\n +cure: run this again after its end; what it does: \.\/fleet logs leads\/web --stack mine\n.*migrate is gone/s,
    );
  });
});
