import assert from "node:assert/strict";
import type Docker from "dockerode";
import { removeContainers, settleDatastores } from "../../../ops/stack/remove-containers";
import { stackOf } from "../../../ops/stack/stack";
import type { Container } from "../../../docker/inventory";

const container = (role: string, over: Partial<Container> = {}): Container => ({
  id: `${role}-id`,
  name: `leads_dev_${role}`,
  labels: {},
  running: true,
  networks: {},
  volumes: [],
  ...over,
});

/** One of no catalogue, as of another branch: it is known by its volume. */
const datastore = (role: string, over: Partial<Container> = {}): Container => ({
  ...container(role, over),
  volumes: [`leads_dev_${role}_data`],
});

/** An engine that notes what is done to its containers; those in `ended` do not run. */
const engine = ({ log, ended = [] }: { log: string[]; ended?: string[] }): Docker => {
  const getContainer = (id: string) => ({
    stop: () => {
      if (ended.includes(id)) return Promise.reject(Object.assign(new Error("not running"), { statusCode: 304 }));
      return Promise.resolve(log.push(`stop ${id}`));
    },
    remove: ({ v }: { v: boolean }) => Promise.resolve(log.push(`remove ${id}${v ? " and its volumes" : ""}`)),
  });
  return { getContainer } as unknown as Docker;
};

describe("removing containers", () => {
  let log: string[];
  beforeEach(() => (log = []));

  const remove = ({
    containers,
    wellAt = 1,
    ended = [],
  }: {
    containers: Container[];
    wellAt?: number;
    ended?: string[];
  }) => {
    let asked = 0;
    return removeContainers({
      docker: engine({ log, ended }),
      containers,
      report: (line) => log.push(line),
      passesOwnCheck: (name) => {
        log.push(`ask ${name}`);
        return Promise.resolve(++asked >= wellAt);
      },
      patienceMs: 600,
    });
  };

  it("waits for a datastore in its first boot, says so once, then stops it with its grace", async () => {
    await remove({ containers: [datastore("elsewhere", { health: "starting" })], wellAt: 2 });
    assert.deepEqual(log, [
      "ask leads_dev_elsewhere",
      "leads_dev_elsewhere is not healthy yet, perhaps in its first boot: waiting before it is stopped",
      "ask leads_dev_elsewhere",
      "stop elsewhere-id",
      "remove elsewhere-id",
    ]);
  });

  it("leaves everything as it is when a datastore does not get well, and names it and its volume", async () => {
    const containers = [container("web"), datastore("postgres", { health: "unhealthy" })];
    await assert.rejects(remove({ containers, wellAt: Infinity }), (error: Error) => {
      assert.match(error.message, /leads_dev_postgres: it was not healthy .* in the volume leads_dev_postgres_data/);
      assert.match(error.message, /cure: .*docker stop leads_dev_postgres/);
      return true;
    });
    assert.deepEqual(
      log.filter((line) => /^(stop|remove)/.test(line)),
      [],
    );
  });

  it("names the log of a datastore that the stack's state knows by ./fleet logs", async () => {
    const labels = { "dev.fleet.system": "leads", "dev.fleet.part": "postgres" };
    await assert.rejects(
      settleDatastores({
        docker: engine({ log }),
        containers: [datastore("postgres", { labels, health: "unhealthy" })],
        stack: stackOf("mine"),
        report: () => undefined,
        passesOwnCheck: () => Promise.resolve(false),
        patienceMs: 0,
      }),
      /\.\/fleet logs --tail 50 leads\/postgres --stack mine/,
    );
  });

  it("asks neither a healthy datastore, nor one that has ended, nor a service", async () => {
    const containers = [
      datastore("postgres", { health: "healthy" }),
      datastore("redis", { running: false }),
      container("web", { health: "starting" }),
    ];
    await remove({ containers, ended: ["redis-id"], wellAt: Infinity });
    assert.deepEqual(log.sort(), [
      "remove postgres-id",
      "remove redis-id",
      "remove web-id",
      "stop postgres-id",
      "stop web-id",
    ]);
  });

  it("goes on where a container is gone meanwhile, and not where the engine fails", async () => {
    const failing = (statusCode: number): Docker => {
      const fail = () => Promise.reject(Object.assign(new Error("as the engine says"), { statusCode }));
      return { getContainer: () => ({ stop: fail, remove: fail }) } as unknown as Docker;
    };
    const of = { containers: [container("web")], report: () => undefined };
    await removeContainers({ ...of, docker: failing(404) });
    await assert.rejects(removeContainers({ ...of, docker: failing(500) }), /as the engine says/);
  });
});

describe("settling datastores", () => {
  it("waits for all of them at once", async () => {
    const asked = new Map<string, number>();
    await settleDatastores({
      docker: engine({ log: [] }),
      containers: ["postgres", "redis"].map((role) => datastore(role, { health: "starting" })),
      report: () => undefined,
      passesOwnCheck: (name) => {
        asked.set(name, (asked.get(name) ?? 0) + 1);
        return Promise.resolve([...asked.values()].every((times) => times > 1) && asked.size === 2);
      },
      patienceMs: 900,
    });
    assert.equal(asked.size, 2);
  });
});
