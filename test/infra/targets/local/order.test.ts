import { expect } from "chai";
import { PlainError } from "../../../../infra/problems";
import type { Gates } from "../../../../infra/targets/local/gates";
import { failing, one } from "../../../inventory";
import { askedOfDocker, CONTAINER, derived, emptyEngine, labelsOf, namesOf } from "../laptop";

describe("the gate before a service", () => {
  it("keeps the service out when its migrations fail, in a first and in every later update", async () => {
    const asked = await failing(() =>
      askedOfDocker({}, { exits: { "leads-migrate": { exitCode: 1, containerLogs: "no such column" } } }),
    );
    expect(asked.problem).to.match(/leads\/migrate failed with exit code 1[^]*no such column[^]*cure:/);
    expect(namesOf(asked.asked, CONTAINER)).to.include.members(["leads-migrate", "callcenter-web"]);
    expect(namesOf(asked.asked, CONTAINER)).to.not.include("leads-web");
  });

  for (const [ended, exitCode, goesOn] of [
    ["ended well", 0, true],
    ["failed", 137, false],
  ] as const)
    it(`knows from the engine that a job ${ended} whose update was cut off: the state has neither code nor log`, async () => {
      const labels = { "dev.fleet.generation": "before" };
      const job = {
        id: "leads-migrate-id",
        name: "leads_dev_migrate",
        labels,
        running: false,
        health: "none" as const,
      };
      const engine = { ...emptyEngine, containers: [{ ...job, exitCode }] };
      const exits = { "leads-migrate": { exitCode: null, containerLogs: null } };
      if (goesOn) {
        expect(namesOf(await askedOfDocker({}, { engine, exits }), CONTAINER)).to.include("leads-web");
        return;
      }
      const { problem } = await failing(() => askedOfDocker({}, { engine, exits }));
      expect(problem).to.match(/leads\/migrate failed with exit code 137/);
    });

  it("keeps everything out that needs a datastore which does not get ready", async () => {
    const datastore: Gates["datastore"] = ({ what }) =>
      what === "leads/postgres" ? Promise.reject(new PlainError("no connection")) : Promise.resolve();
    const asked = await failing(() => askedOfDocker({}, { gates: { datastore } }));
    expect(asked.problem).to.equal("no connection");
    const containers = namesOf(asked.asked, CONTAINER);
    expect(containers).to.include.members(["leads-postgres", "callcenter-web"]);
    expect(containers.filter((name) => /^leads-(migrate|web)/.test(name))).to.deep.equal([]);
  });

  it("asks each server with its passwords, and each service that stays, once", async () => {
    const servers: Parameters<Gates["datastore"]>[0][] = [];
    const services: string[] = [];
    await askedOfDocker(
      {},
      {
        gates: {
          datastore: (step) => Promise.resolve(void servers.push(step)),
          service: ({ id, service }) => Promise.resolve(void services.push(`${service.id} ${id}`)),
        },
      },
    );
    expect(servers.map(({ what }) => what).sort()).to.deep.equal([
      "callcenter/db_postgres",
      "leads/postgres",
      "leads/redis",
    ]);
    expect(servers.find(({ what }) => what === "callcenter/db_postgres")).to.deep.include({
      id: "callcenter-db_postgres-id",
      env: [`SUPERUSER_PASSWORD=${derived("callcenter-db-postgres-superuser-password", 32)}`, "PASSWORD_0=django_pass"],
    });
    expect(services.sort()).to.deep.equal([
      "callcenter/clear-sessions callcenter-clear-sessions-id",
      "callcenter/web callcenter-web-id",
      "leads/clear-sessions leads-clear-sessions-id",
      "leads/web leads-web-id",
    ]);
  });

  it("runs again what failed, and nothing that is well", async () => {
    const well = {
      id: "some",
      name: "leads_dev_web",
      labels: { "dev.fleet.generation": "before" },
      running: true,
      health: "healthy" as const,
      exitCode: 0,
    };
    const containers = [
      well,
      { ...well, name: "leads_dev_migrate", running: false, exitCode: 1 },
      { ...well, name: "callcenter_dev_migrate", running: false },
      { ...well, name: "leads_dev_postgres", health: "unhealthy" as const },
      { ...well, name: "leads_dev_redis", running: false },
    ];
    const asked = await askedOfDocker({}, { engine: { ...emptyEngine, containers } });
    const generation = (name: string) => labelsOf(one(asked, name, CONTAINER))["dev.fleet.generation"];
    expect([generation("leads-web"), generation("callcenter-migrate")]).to.deep.equal(["before", "before"]);
    for (const name of ["leads-migrate", "leads-postgres", "leads-redis", "callcenter-web"])
      expect(generation(name), name).to.match(/^2\d{3}-/);
  });
});
