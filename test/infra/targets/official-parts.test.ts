import { expect } from "chai";
import { catalogue } from "../../../infra/catalogue";
import { createBuilder } from "../../../infra/targets/gcp/image";
import { keptForever, replaceOnChanges } from "../../../infra/targets/local/container";
import type { Asked } from "../../inventory";
import { cloud, cloudPlan, everySystem } from "../example";
import { askedOfGoogle } from "./cloud";
import { askedOfDocker, CONTAINER, emptyEngine } from "./laptop";
import { inputsOf, refusals } from "./official";

describe("what the program asks of the official plugins", function () {
  this.timeout(60_000);
  const asked: Asked[] = [];
  before(async () => {
    const every = { systems: ["all"], mariadb: true };
    const stableRevisions = { "booking/reservas": "reservas-1", "booking/usuarios": "usuarios-1" };
    const abilities = { limitsCpu: true, confinesMounts: true };
    asked.push(
      ...(await askedOfDocker(every, { engine: { ...emptyEngine, abilities } })),
      ...(await askedOfDocker({ ...every, hotReload: false })),
      ...(await askedOfGoogle({ catalogue, settings: everySystem })),
      ...(await askedOfGoogle({
        catalogue,
        settings: { ...everySystem, systems: ["booking"], secrets: [] },
        cloud: { sql: "perSystem", canaryPercent: 10, stableRevisions, registryHost: "localhost:5000" },
      })),
    );
  });

  it("is in their schemas: known inputs of the right shape, none missing, none deprecated, allowed values", () => {
    const ours = asked.filter(({ type }) => !type.startsWith("fleet:") && !type.startsWith("pulumi:pulumi:"));
    expect(new Set(ours.map(({ type }) => type.split(":")[0]))).to.deep.equal(new Set(["docker", "gcp", "random", "pulumi"]));
    const found = ours.flatMap(({ type, name, inputs }) => refusals(inputs, inputsOf(type), `${type} ${name}`));
    expect([...new Set(found)]).to.deep.equal([]);
  });
});
