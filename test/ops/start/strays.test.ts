import assert from "node:assert/strict";
import { stackOf } from "../../../ops/stack/stack";
import { dataThatStays, foreignProblems, straysOf, volumesOf, type Here } from "../../../ops/start/strays";
import { resources, running } from "../sample";

const stack = stackOf("dev");
const known = { resources, pending: [] };
const empty = { resources: [], pending: [] };
const here: Here = { checkout: "/clone", exists: () => true };
const none = { containers: [], networks: [] };

/** The engine with everything made by the clone in this folder. */
const madeIn = (checkout: string | undefined) => {
  const inventory = running();
  for (const item of inventory.containers) {
    item.labels = { ...item.labels, ...(checkout && { "dev.fleet.checkout": checkout }) };
  }
  return inventory;
};
const names = ({ containers, networks }: ReturnType<typeof straysOf>) =>
  [...containers, ...networks].map(({ name }) => name);

describe("a stray", () => {
  it("is not what the state knows", () => {
    assert.deepEqual(straysOf({ stack, state: known, inventory: madeIn("/clone"), here }), none);
  });

  it("is a container or network of this clone that the state does not know, and no volume", () => {
    const strays = straysOf({ stack, state: empty, inventory: madeIn("/clone"), here });
    assert.deepEqual(names(strays), ["leads_dev_migrate", "leads_dev_web", "leads_dev_network"]);
    assert.equal("volumes" in strays, false);
  });

  it("is not another stack's", () => {
    assert.deepEqual(straysOf({ stack: stackOf("other"), state: empty, inventory: madeIn("/clone"), here }), none);
  });

  it("is not another clone's, whose stack has the same name", () => {
    assert.deepEqual(straysOf({ stack, state: empty, inventory: madeIn("/other-clone"), here }), none);
  });

  it("is not what does not say which clone made it", () => {
    assert.deepEqual(straysOf({ stack, state: empty, inventory: madeIn(undefined), here }), none);
  });

  it("is a network that nothing is in, whoever made it", () => {
    const strays = straysOf({ stack, state: empty, inventory: { ...madeIn(undefined), containers: [] }, here });
    assert.deepEqual(names(strays), ["leads_dev_network"]);
  });

  it("is what a clone left that is gone", () => {
    const exists = (folder: string): boolean => folder !== "/other-clone";
    const strays = straysOf({ stack, state: empty, inventory: madeIn("/other-clone"), here: { ...here, exists } });
    assert.equal(names(strays).length, 3);
  });
});

describe("another clone's stack of the same name", () => {
  it("is refused, with where it is and how to go on", () => {
    const problems = foreignProblems({ stack, inventory: madeIn("/other-clone"), here });
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? "", /made by the clone in \/other-clone/);
    assert.match(problems[0]?.cure ?? "", /--stack mine --config fleet:portOffset=1000/);
  });

  it("is none when it is this clone's, or another stack's", () => {
    assert.deepEqual(foreignProblems({ stack, inventory: madeIn("/clone"), here }), []);
    assert.deepEqual(foreignProblems({ stack: stackOf("other"), inventory: madeIn("/other-clone"), here }), []);
  });
});

describe("the data of a stack", () => {
  const checkout = here.checkout;
  const withVolumeOf = (folder: string | undefined) => {
    const inventory = running();
    for (const item of inventory.volumes)
      item.labels = { ...item.labels, ...(folder && { "dev.fleet.checkout": folder }) };
    return inventory;
  };

  it("is removed where this clone made it, though a down has made the state forget it", () => {
    const inventory = withVolumeOf("/clone");
    assert.deepEqual(volumesOf({ stack, state: empty, inventory, checkout }), ["leads_dev_data"]);
    assert.deepEqual(volumesOf({ stack: stackOf("other"), state: empty, inventory, checkout }), []);
  });

  it("is removed where the state knows it, whoever made it", () =>
    assert.deepEqual(volumesOf({ stack, state: known, inventory: withVolumeOf("/other-clone"), checkout }), [
      "leads_dev_data",
    ]));

  for (const folder of ["/other-clone", undefined])
    it(`stays where it was made by ${folder ?? "nobody knows whom"}, which is said`, () => {
      const inventory = withVolumeOf(folder);
      assert.deepEqual(volumesOf({ stack, state: empty, inventory, checkout }), []);
      assert.deepEqual(dataThatStays({ stack, inventory, checkout }), [
        `leads_dev_data (made by ${folder ?? "an unknown clone"})`,
      ]);
    });

  it("that stays is named", () =>
    assert.deepEqual(dataThatStays({ stack, inventory: withVolumeOf("/clone"), checkout }), ["leads_dev_data"]));
});
