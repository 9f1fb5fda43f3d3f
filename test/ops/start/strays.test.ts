import assert from "node:assert/strict";
import type { Makers } from "../../../infra/targets/local/checkouts";
import { stackOf } from "../../../ops/stack/stack";
import { dataThatStays, foreignProblems, straysOf, volumesOf } from "../../../ops/start/strays";
import { resources, running } from "../sample";

const stack = stackOf("dev");
const known = { resources, pending: [] };
const empty = { resources: [], pending: [] };
const makers: Makers = { byId: ["/clone@1"], byFolder: ["/clone"], adopted: ["/given@3"] };
const none = { containers: [], networks: [] };
const own = { folder: "/clone", id: "1" };
const other = { folder: "/other-clone", id: "2" };

type Maker = { folder?: string; id?: string };

/** The engine with everything made by this clone. */
const madeBy = ({ folder, id }: Maker) => {
  const inventory = running();
  for (const item of [...inventory.containers, ...inventory.networks, ...inventory.volumes])
    item.labels = {
      "dev.fleet.stack": "fleet/dev",
      ...(folder && { "dev.fleet.checkout": folder }),
      ...(id && { "dev.fleet.clone": id }),
    };
  return inventory;
};
const names = ({ containers, networks }: ReturnType<typeof straysOf>) =>
  [...containers, ...networks].map(({ name }) => name);

describe("a stray", () => {
  it("is not what the state knows", () => {
    assert.deepEqual(straysOf({ stack, state: known, inventory: madeBy(own), makers }), none);
  });

  it("is a container or network with this clone's id that the state does not know, and no volume", () => {
    const strays = straysOf({ stack, state: empty, inventory: madeBy(own), makers });
    assert.deepEqual(names(strays), ["leads_dev_migrate", "leads_dev_web", "leads_dev_network"]);
    assert.equal("volumes" in strays, false);
  });

  it("is not another stack's", () => {
    assert.deepEqual(straysOf({ stack: stackOf("other"), state: empty, inventory: madeBy(own), makers }), none);
  });

  for (const [whose, maker] of [
    ["another clone's, whose stack has the same name", other],
    ["that of another clone at the same path, in another container", { ...own, id: "2" }],
    ["that of a copy of this clone, which has its id", { ...own, folder: "/copy" }],
    ["what says the folder alone, as a clone at the same path may have made it", { folder: "/clone" }],
    ["what does not say which clone made it", {}],
  ] as const)
    it(`is not ${whose}: neither containers nor a network that nothing is in`, () => {
      const inventory = madeBy(maker);
      assert.deepEqual(straysOf({ stack, state: empty, inventory, makers }), none);
      assert.deepEqual(straysOf({ stack, state: empty, inventory: { ...inventory, containers: [] }, makers }), none);
    });
});

describe("another clone's stack of the same name", () => {
  const refused = (of: Partial<Parameters<typeof foreignProblems>[0]> = {}) =>
    foreignProblems({ stack, state: empty, inventory: madeBy(other), makers, isSeen: () => true, ...of });

  it("is refused, with where it is and how to go on", () => {
    const problems = refused();
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? "", /made by the clone in \/other-clone;/);
    assert.match(problems[0]?.cure ?? "", /--stack mine --config fleet:portOffset=1000/);
    assert.doesNotMatch(problems[0]?.cure ?? "", /docker rm/);
  });

  it("is refused where it cannot be seen, with the command for whoever knows that it is gone", () => {
    const problems = refused({ isSeen: () => false });
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? "", /made by the clone in \/other-clone, which cannot be seen from here/);
    assert.match(
      problems[0]?.cure ?? "",
      /docker rm -f \$\(docker ps -aq --filter label=dev\.fleet\.stack=fleet\/dev --filter label=dev\.fleet\.checkout=\/other-clone\)/,
    );
  });

  it("is refused in a folder of this clone's name, though that folder is seen: it is this clone's own", () => {
    const problems = refused({ inventory: madeBy({ folder: process.cwd(), id: "2" }) });
    assert.match(problems[0]?.message ?? "", /made by a clone in a folder of this name/);
    assert.match(problems[0]?.cure ?? "", /docker rm -f/);
  });

  it("is refused where nothing says who made it", () =>
    assert.match(refused({ inventory: madeBy({}) })[0]?.message ?? "", /made by an unknown clone/));

  it("is refused where only its networks are left", () =>
    assert.equal(refused({ inventory: { ...madeBy(other), containers: [] } }).length, 1));

  it("is named in its cure as a shell takes it", () => {
    const problems = refused({ isSeen: () => false, inventory: madeBy({ folder: "/home/ana/it's here" }) });
    assert.match(problems[0]?.cure ?? "", /--filter 'label=dev\.fleet\.checkout=\/home\/ana\/it'\\''s here'/);
  });

  it("is none when it is this clone's, or another stack's", () => {
    assert.deepEqual(refused({ inventory: madeBy(own) }), []);
    assert.deepEqual(refused({ stack: stackOf("other") }), []);
  });

  for (const maker of [other, { folder: "/clone" }, {}])
    it(`is none when this clone's state knows it: it was renamed, or had no id yet (${JSON.stringify(maker)})`, () => {
      assert.deepEqual(refused({ state: known, inventory: madeBy(maker), isSeen: () => false }), []);
    });
});

describe("the data of a stack", () => {
  for (const [whose, maker] of [
    ["this clone made it", own],
    ["this clone made it before it had an id", { folder: "/clone" }],
    ["this clone took it over", { folder: "/given", id: "3" }],
  ] as const)
    it(`is removed where ${whose}, whatever the state knows`, () => {
      assert.deepEqual(volumesOf({ stack, inventory: madeBy(maker), makers }), ["leads_dev_data"]);
      assert.deepEqual(volumesOf({ stack: stackOf("other"), inventory: madeBy(maker), makers }), []);
      assert.deepEqual(dataThatStays({ stack, inventory: madeBy(maker), makers }), ["leads_dev_data"]);
    });

  for (const [maker, named] of [
    [other, "/other-clone@2"],
    [{ ...own, id: "2" }, "/clone@2"],
    [{ ...own, folder: "/copy" }, "/copy@1"],
    [{ folder: "/other-clone" }, "/other-clone"],
    [{}, "unlabelled"],
  ] as const)
    it(`stays where it was made by ${named}, which is said`, () => {
      const inventory = madeBy(maker);
      assert.deepEqual(volumesOf({ stack, inventory, makers }), []);
      assert.deepEqual(dataThatStays({ stack, inventory, makers }), [`leads_dev_data (made by ${named})`]);
    });
});
