import assert from "node:assert/strict";
import { stackOf } from "../../../ops/stack/stack";
import { dataThatStays, foreignProblems, straysOf, takenOver, volumesOf, type Here } from "../../../ops/start/strays";
import { resources, running } from "../sample";

const stack = stackOf("dev");
const known = { resources, pending: [] };
const empty = { resources: [], pending: [] };
const here: Here = { own: ["/clone"] };
const seen = { ...here, isSeen: () => true };
const unseen = { ...here, isSeen: () => false };
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

  it("is this clone's under the path that the engine's machine knows it by", () => {
    const inDevContainer: Here = { own: ["/workspaces/fleet", "/clone"] };
    const strays = straysOf({ stack, state: empty, inventory: madeIn("/clone"), here: inDevContainer });
    assert.equal(names(strays).length, 3);
  });

  it("is never another clone's, whose folder is nowhere on this machine", () => {
    const folder = "/nowhere/on/this/machine";
    assert.deepEqual(straysOf({ stack, state: empty, inventory: madeIn(folder), here }), none);
  });
});

describe("another clone's stack of the same name", () => {
  const refused = (of: Partial<Parameters<typeof foreignProblems>[0]> = {}) =>
    foreignProblems({ stack, state: empty, inventory: madeIn("/other-clone"), here: seen, ...of });

  it("is refused, with where it is and how to go on", () => {
    const problems = refused();
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? "", /made by the clone in \/other-clone;/);
    assert.match(problems[0]?.cure ?? "", /--stack mine --config fleet:portOffset=1000/);
    assert.doesNotMatch(problems[0]?.cure ?? "", /docker rm/);
  });

  it("is refused where it cannot be seen, with the command for whoever knows that it is gone", () => {
    const problems = refused({ here: unseen });
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? "", /made by the clone in \/other-clone, which cannot be seen from here/);
    assert.match(
      problems[0]?.cure ?? "",
      /docker rm -f \$\(docker ps -aq --filter label=dev\.fleet\.stack=fleet\/dev --filter label=dev\.fleet\.checkout=\/other-clone\)/,
    );
  });

  it("is named in its cure as a shell takes it", () => {
    const problems = refused({ here: unseen, inventory: madeIn("/home/ana/it's here") });
    assert.match(problems[0]?.cure ?? "", /--filter 'label=dev\.fleet\.checkout=\/home\/ana\/it'\\''s here'/);
  });

  it("is none when it is this clone's, or another stack's", () => {
    assert.deepEqual(refused({ inventory: madeIn("/clone") }), []);
    assert.deepEqual(refused({ stack: stackOf("other") }), []);
  });

  it("is none when this clone's state knows it: the clone was renamed", () => {
    assert.deepEqual(refused({ state: known, here: unseen }), []);
  });
});

describe("the data of a stack", () => {
  const checkout = "/clone";
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

  it("is said to be another clone's before it is used, and no more once the state knows it", () => {
    const inventory = withVolumeOf("/other-clone");
    assert.deepEqual(takenOver({ stack, state: empty, inventory, here }), [
      "leads_dev_data (made by the clone in /other-clone)",
    ]);
    assert.deepEqual(takenOver({ stack, state: known, inventory, here }), []);
    assert.deepEqual(takenOver({ stack, state: empty, inventory: withVolumeOf("/clone"), here }), []);
  });
});
