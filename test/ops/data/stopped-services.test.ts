import assert from "node:assert/strict";
import type Docker from "dockerode";
import { handleSignals, inForeground, wasInterrupted } from "../../../ops/terminal/processes";
import { withServicesStopped } from "../../../ops/data/snapshots/stopped-services";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const service = (system: string, name: string, kind: string) => ({
  system,
  service: name,
  kind,
  container: `${system}_mine_${name}`,
});
const services = [
  service("leads", "migrate", "job"),
  service("leads", "web", "web"),
  service("leads", "worker", "worker"),
  service("meet", "web", "web"),
];

describe("the services of a system whose data is emptied", () => {
  let done: string[];
  const docker = {
    listContainers: () =>
      Promise.resolve(
        services.map(({ container }) => ({
          Id: container,
          Names: [`/${container}`],
          State: container === "leads_mine_worker" ? "exited" : "running",
          Status: "",
        })),
      ),
    info: () => Promise.resolve({ ID: "engine" }),
    listNetworks: () => Promise.resolve([]),
    listVolumes: () => Promise.resolve({ Volumes: [] }),
    listImages: () => Promise.resolve([]),
    getContainer: (id: string) => ({
      stop: () => Promise.resolve(done.push(`stop ${id}`)),
      start: () => Promise.resolve(done.push(`start ${id}`)),
    }),
  } as unknown as Docker;
  const running = { docker, services };
  const systems = new Set(["leads"]);
  const stoppedFor = <T>(work: () => Promise<T>): Promise<T> =>
    withServicesStopped({ running, systems, report: (line) => void done.push(line), work });

  beforeEach(() => (done = []));

  it("do not run meanwhile, and those that ran run again; jobs and other systems are left alone", async () => {
    await stoppedFor(() => Promise.resolve(done.push("work")));
    assert.deepEqual(done, ["stop leads_mine_web", "work", "start leads_mine_web"]);
  });

  it("run again when the work fails", async () => {
    await assert.rejects(
      stoppedFor(() => Promise.reject(new Error("no room"))),
      /no room/,
    );
    assert.deepEqual(done, ["stop leads_mine_web", "start leads_mine_web"]);
  });

  it("run again after Ctrl-C, also when a command in a container ended before it", async () => {
    const before = SIGNALS.map((signal) => process.listeners(signal));
    handleSignals("must not end us here");
    const [handle] = process.listeners("SIGTERM").slice(-1);
    try {
      await stoppedFor(async () => {
        await inForeground({ kill: () => undefined, work: () => Promise.resolve() });
        handle?.("SIGTERM");
        done.push(`interrupted: ${wasInterrupted()}`);
      });
    } finally {
      SIGNALS.forEach((signal, index) => {
        for (const listener of process.listeners(signal))
          if (!before[index]?.includes(listener)) process.off(signal, listener);
      });
    }
    assert.deepEqual(done, [
      "stop leads_mine_web",
      "ends as soon as it can; the services are started again first",
      "interrupted: true",
      "start leads_mine_web",
    ]);
  });
});
