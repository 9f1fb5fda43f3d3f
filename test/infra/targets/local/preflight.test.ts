import { expect } from "chai";
import { resolve } from "node:path";
import { ProblemsError, refuse } from "../../../../infra/problems";
import type { EngineState } from "../../../../infra/targets/local/engine";
import { dataFormat, datastoreImage } from "../../../../infra/targets/local/images";
import { machineProblems, wantedPorts } from "../../../../infra/targets/local/preflight";
import { catalogue, localPlan, settings, withWeb } from "../../example";

const engine: EngineState = { containers: [], volumes: [], takenPorts: new Map() };
const check = (change: Partial<EngineState>, of = catalogue) =>
  refuse(
    machineProblems({
      plan: localPlan(of, settings),
      engine: { ...engine, ...change },
      servicesFolder: resolve("services"),
    }),
  );

const dataOf = (format: string): Partial<EngineState> => ({
  volumes: [{ name: "shop_test_postgres_data", labels: { "dev.fleet.data-format": format } }],
});

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

  it("may have them held by the same parts, not by others of the stack, which go only after the new ones come", () => {
    expect(() => check({ ownPorts: new Map([[9000, "shop_test_web"]]) })).to.not.throw();
    expect(() => check({ ownPorts: new Map([[9000, "shop_test_front"]]) })).to.throw(
      ProblemsError,
      /shop\/web: port 9000 on 127.0.0.1 is still held by shop_test_front[^]*docker stop shop_test_front && docker rm shop_test_front/,
    );
  });

  it("may hold the same kind of data, or data of before this program", () => {
    expect(() => check(dataOf("postgres 15 glibc"))).to.not.throw();
    expect(() => check({ volumes: [{ name: "shop_test_postgres_data", labels: {} }] })).to.not.throw();
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
      expect(() => check(made(process.cwd()))).to.not.throw();
    });

  it("must have the sources of every image", () => {
    expect(() => check({}, withWeb({ image: "shoes" }))).to.throw(
      ProblemsError,
      /services\/shoes\/manage.py: is missing/,
    );
    expect(() =>
      refuse(machineProblems({ plan: localPlan(catalogue, settings), engine, servicesFolder: "/nowhere" })),
    ).to.throw(/services\/Dockerfile: is missing/);
  });
});

describe("official images", () => {
  it("are those of the specifications, on glibc", () => {
    expect(datastoreImage({ engine: "postgis", version: "15" })).to.equal("postgis/postgis:15-3.3");
    expect(dataFormat({ engine: "postgis", version: "15" })).to.equal("postgres 15 glibc");
    expect(dataFormat({ engine: "postgres", version: "15-alpine" })).to.equal("postgres 15 musl");
  });
});
