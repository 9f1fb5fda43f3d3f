import { expect } from "chai";
import { resolve } from "node:path";
import { ProblemsError, refuse } from "../../../../infra/problems";
import type { EngineState } from "../../../../infra/targets/local/engine";
import { dataFormat, datastoreImage } from "../../../../infra/targets/local/images";
import { machineProblems, wantedPorts } from "../../../../infra/targets/local/preflight";
import { catalogue, localPlan, settings, withWeb } from "../../example";

const makers = { byId: ["/clone@1"], byFolder: ["/clone"], adopted: ["/given@3"] };
const engine: EngineState = { id: "engine", containers: [], volumes: [], takenPorts: new Map() };
const check = (change: Partial<EngineState>, of = catalogue) =>
  refuse(
    machineProblems({
      plan: localPlan(of, settings),
      engine: { ...engine, ...change },
      servicesFolder: resolve("services"),
      makers,
    }),
  );

const volumeOf = (labels: Record<string, string>, name = "shop_test_postgres_data"): Partial<EngineState> => ({
  volumes: [{ name, labels: { "dev.fleet.stack": "fleet/test", ...labels } }],
});
const ours = { "dev.fleet.checkout": "/clone", "dev.fleet.clone": "1" };
const dataOf = (format: string) => volumeOf({ ...ours, "dev.fleet.data-format": format });

describe("the machine before an update", () => {
  it("is asked for the ports of what runs", () => {
    expect(wantedPorts(localPlan(catalogue, { ...settings, portOffset: 5 }))).to.deep.equal([
      { path: "shop/web", port: 9005, container: "shop_test_web" },
    ]);
  });

  it("must have them free; the message names who has one", () => {
    expect(() => check({ takenPorts: new Map([[9000, "nginx (process 42)"]]) })).to.throw(
      ProblemsError,
      /shop\/web: port 9000 on 127.0.0.1 is taken by nginx \(process 42\)[^]*config set fleet:portOffset 1000 --stack test/,
    );
  });

  for (const [whose, labels] of [
    ["this clone's", ours],
    ["this clone's of before it had an id", { "dev.fleet.checkout": "/clone" }],
    ["another clone's that a person let it take over", { "dev.fleet.checkout": "/given", "dev.fleet.clone": "3" }],
  ] as const)
    it(`may hold ${whose} data of the same kind`, () => {
      expect(() => check(volumeOf({ ...labels, "dev.fleet.data-format": "postgres 15 glibc" }))).to.not.throw();
    });

  for (const [whose, labels, named] of [
    ["another clone's", { "dev.fleet.checkout": "/other", "dev.fleet.clone": "2" }, "/other@2"],
    ["that of a clone at the same path", { "dev.fleet.checkout": "/clone", "dev.fleet.clone": "2" }, "/clone@2"],
    ["that of a copy's original", { "dev.fleet.checkout": "/original", "dev.fleet.clone": "1" }, "/original@1"],
    ["that of another clone of before ids", { "dev.fleet.checkout": "/other" }, "/other"],
    ["nobody's", {}, "unlabelled"],
  ] as const)
    it(`must not hold data under the stack's names that is ${whose}; the cure names a way to take it over`, () => {
      expect(() => check(volumeOf(labels))).to.throw(
        ProblemsError,
        new RegExp(`shop_test_postgres_data: data made by[^]*--adopt-data-of ${named}`),
      );
      expect(() => check(volumeOf(labels, "shop_other_postgres_data"))).to.not.throw();
    });
  it("must have addresses for the networks that are to come (M17)", () => {
    expect(() => check({ networks: { names: [], free: 0 } })).to.throw(
      ProblemsError,
      /it needs 1 more networks \(shop_test_network\), and the Docker engine has addresses for 0[^]*docker network prune/,
    );
    expect(() => check({ networks: { names: ["shop_test_network"], free: 0 } })).to.not.throw();
  });

  it("may have them held by the same parts, not by others of the stack, which go only after the new ones come", () => {
    expect(() => check({ ownPorts: new Map([[9000, "shop_test_web"]]) })).to.not.throw();
    expect(() => check({ ownPorts: new Map([[9000, "shop_test_front"]]) })).to.throw(
      ProblemsError,
      /shop\/web: port 9000 on 127.0.0.1 is still held by shop_test_front[^]*docker stop shop_test_front && docker rm shop_test_front/,
    );
  });

  for (const [what, format] of [
    ["another major version", "postgres 14 glibc"],
    ["another C library", "postgres 15 musl"],
  ] as const)
    it(`must not hold data of ${what}; the cure is dump and restore`, () => {
      expect(() => check(dataOf(format))).to.throw(
        ProblemsError,
        new RegExp(`holds data of ${format}, and the catalogue asks for postgres 15 glibc[^]*restore the dump`),
      );
    });

  for (const [what, folder, message] of [
    ["can be seen", "/tmp", /made by the clone in \/tmp; allowed[^]*\.\/fleet down --stack test \(there\)/],
    ["cannot be seen", "/nowhere/on/this/machine", /which cannot be seen from here[^]*docker rm -f/],
  ] as const)
    it(`must not hold the stack of another clone that ${what}`, () => {
      const container = { id: "1", name: "shop_test_web", running: true, health: "none", exitCode: 0 } as const;
      const made = (checkout: string) => ({
        containers: [{ ...container, labels: { "dev.fleet.checkout": checkout } }],
      });
      expect(() => check(made(folder))).to.throw(ProblemsError, message);
      expect(() => check(made("/clone"))).to.not.throw();
    });

  it("must have the sources of every image", () => {
    expect(() => check({}, withWeb({ image: "shoes" }))).to.throw(
      ProblemsError,
      /services\/shoes\/manage.py: is missing/,
    );
    expect(() =>
      refuse(machineProblems({ plan: localPlan(catalogue, settings), engine, servicesFolder: "/nowhere" })),
    ).to.throw(/nowhere: git cannot say which of its files it tracks/);
  });
});

describe("official images", () => {
  it("are those of the specifications, on glibc", () => {
    expect(datastoreImage({ engine: "postgis", version: "15" })).to.equal("postgres:15-bookworm");
    expect(dataFormat({ engine: "postgis", version: "15" })).to.equal("postgres 15 glibc");
    expect(dataFormat({ engine: "postgres", version: "15-alpine" })).to.equal("postgres 15 musl");
  });
});
