import { expect } from "chai";
import fc from "fast-check";
import { byId, byName, idOf, logicalName, lookUp, partOf } from "../../../infra/plan/ids";
import { NAME_PATTERN } from "../../../infra/naming";

const name = fc.stringMatching(NAME_PATTERN);

describe("an id", () => {
  it("is split into what it was joined from, whatever the names are", () => {
    fc.assert(
      fc.property(name, name, (system, part) => {
        expect(partOf(idOf({ system, name: part }))).to.deep.equal({ system, name: part });
      }),
    );
  });

  it("is the only id of its part", () => {
    fc.assert(
      fc.property(name, name, name, name, (system, part, otherSystem, otherPart) => {
        const isSame = system === otherSystem && part === otherPart;
        expect(idOf({ system, name: part }) === idOf({ system: otherSystem, name: otherPart })).to.equal(isSame);
      }),
    );
  });

  it("has a logical name, which a stack keeps for ever", () => {
    expect(logicalName(partOf("booking/reservas-migrate"))).to.equal("booking-reservas-migrate");
  });
});

describe("a map of the plan", () => {
  it("keeps the order given and finds by id or name", () => {
    expect([...byId([{ id: "b" }, { id: "a" }]).keys()]).to.deep.equal(["b", "a"]);
    expect(lookUp(byName([{ name: "leads", port: 1 }]), "leads").port).to.equal(1);
  });

  it("says what it does not hold", () => {
    expect(() => lookUp(byId([]), "leads/web")).to.throw("the plan holds nothing under leads/web");
  });
});
