import { expect } from "chai";
import type Docker from "dockerode";
import { connect, engineHost } from "../../../../docker/connect";
import { readEngine } from "../../../../infra/targets/local/engine";

/** What keeps data whole when labels change: an update asks for a volume that is there with the labels of today. */
describe("a volume that is made once more with other labels", () => {
  const name = `fleet-test-volume-${process.pid}`;
  let docker: Docker;

  before(async () => {
    docker = await connect(engineHost());
  });
  after(() => docker.getVolume(name).remove());

  it("is the one that there is, with its first labels, which say whose data it holds", async () => {
    await docker.createVolume({ Name: name, Labels: { "dev.fleet.checkout": "/first" } });
    await docker.createVolume({ Name: name, Labels: { "dev.fleet.checkout": "/second", "dev.fleet.clone": "2" } });
    const { volumes } = await readEngine("fleet-test", []);
    expect(volumes.find((volume) => volume.name === name)?.labels).to.deep.equal({ "dev.fleet.checkout": "/first" });
  });
});
