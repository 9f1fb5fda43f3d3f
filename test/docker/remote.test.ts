import { expect } from "chai";
import { isRemote, remoteProblems } from "../../docker/remote";

describe("an engine's address", () => {
  for (const host of ["ssh://ana@build", "tcp://10.0.0.9:2375", "https://engine.example:2376"])
    it(`is of another machine: ${host} (M18)`, () => {
      expect(isRemote(host)).to.equal(true);
      expect(remoteProblems(host)[0]?.message).to.match(/cannot be mounted/);
    });

  const own = ["unix:///var/run/docker.sock", "npipe:////./pipe/docker_engine", "tcp://127.0.0.1:2375"];
  for (const host of [...own, "tcp://localhost:2375", "tcp://[::1]:2375"])
    it(`is of this machine: ${host}`, () => expect(remoteProblems(host)).to.deep.equal([]));
});
