import { expect } from "chai";
import { setUpTools } from "../../ops/start/set-up";
import { PLUGINS } from "../../ops/start/tools";
import { DELETED_FIRST, namesOf, REPLACED, USED } from "../infra/targets/official";
import { RunningPlugin } from "./plugin";

const CONTAINER = "docker:index/container:Container";

describe("the installed plugins, official or stand-ins", function () {
  this.timeout(600_000);
  let home: string | undefined;
  before(async () => {
    ({ home } = await setUpTools(PLUGINS));
  });

  for (const name of PLUGINS)
    describe(name, () => {
      const plugin = new RunningPlugin();
      before(async () => {
        await plugin.start({ name, home });
        if (name === "gcp")
          await plugin.configure({ project: "acme-shop", region: "europe-west1", accessToken: "none" });
      });
      after(() => plugin.stop());

      for (const type of USED[name])
        it(`speaks of ${type} as the official one does`, async () => {
          const { replaces, stable, changes, deletesFirst } = await plugin.diff({
            type,
            from: {},
            to: { project: "acme-shop" },
          });
          const said = [...new Set([...replaces, ...stable, ...changes].map((at) => at.split(/[.[]/)[0] ?? ""))];
          expect(said.filter((each) => !namesOf(type).has(each))).to.deep.equal([]);
          if (DELETED_FIRST.includes(type)) expect(deletesFirst, "deletes first").to.equal(true);
          const replaced = [...new Set([...replaces, ...stable])].sort();
          if (REPLACED[type]) expect(replaced).to.deep.equal([...REPLACED[type]].sort());
        });
    });

  it("know no other inputs than the types", async () => {
    const plugin = new RunningPlugin();
    await plugin.start({ name: "docker", home });
    const refused = await plugin.check({ type: CONTAINER, inputs: { image: "a", hostnam: "web" } });
    plugin.stop();
    expect(refused.join()).to.include("web.hostnam");
  });
});
