import { expect } from "chai";
import { freeNetworks, USUAL_POOLS } from "../../docker/address-pools";

describe("the addresses of an engine's networks", () => {
  it("are enough for 31 networks where nothing is set and nothing is taken", () => {
    expect(freeNetworks(USUAL_POOLS, [])).to.equal(31);
  });

  it("are fewer by each subnet that overlaps, whatever its size; addresses of version 6 count for nothing", () => {
    expect(freeNetworks(USUAL_POOLS, ["172.17.0.0/16"])).to.equal(30);
    expect(freeNetworks(USUAL_POOLS, ["172.17.3.0/24", "fd00::/80", "192.168.1.7/24"])).to.equal(29);
    expect(freeNetworks(USUAL_POOLS, ["172.16.0.0/12"])).to.equal(16);
    expect(freeNetworks(USUAL_POOLS, ["172.16.0.0/12", "192.168.0.0/16"])).to.equal(0);
  });
});
