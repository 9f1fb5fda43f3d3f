import { expect } from "chai";
import { existsSync } from "node:fs";
import { inFleet } from "../../ops/stack/files";
import { startOf } from "../../ops/terminal/processes";
import { Machine } from "./machine";

describe("a machine within this one", () => {
  const folder = inFleet("soak", "machine");
  const machine = new Machine({ folder });
  const said = (...command: string[]): string => machine.run({ command, folder: "/" }).stdout.trim();
  before(() => machine.boot());
  after(() => machine.remove());

  it("has no engine until one is started, and then one of its own that holds nothing", async () => {
    expect(machine.run({ command: ["docker", "ps"], folder: "/" }).status).to.equal(1);
    await machine.startEngine();
    expect(said("docker", "ps", "-aq")).to.equal("");
    expect((await machine.docker.listImages()).length).to.equal(0);
  });

  it("leaves nothing when it is taken away", () => {
    const pids = machine.processes().map(({ pid }) => pid);
    expect(pids.length).to.be.greaterThan(2);
    machine.remove();
    expect(pids.filter((pid) => startOf(pid) !== undefined)).to.deep.equal([]);
    expect(existsSync(folder)).to.equal(false);
  });
});
