import { expect } from "chai";
import { setUpTools } from "../../ops/start/set-up";
import { PLUGINS, type Plugin } from "../../ops/start/tools";
import { namesOf, REPLACED } from "../infra/targets/official";
import { RunningPlugin } from "./plugin";

const CONTAINER = "docker:index/container:Container";

/** The resources that the program may make, each with inputs of two versions of it. */
const used: Record<Plugin, string[]> = {
  docker: Object.keys(REPLACED),
  random: ["random:index/randomPassword:RandomPassword"],
  gcp: [
    ...["artifactregistry/repository:Repository", "cloudrunv2/job:Job", "cloudrunv2/service:Service"],
    ...["cloudrunv2/serviceIamMember:ServiceIamMember", "cloudrunv2/workerPool:WorkerPool"],
    ...["monitoring/alertPolicy:AlertPolicy", "monitoring/notificationChannel:NotificationChannel"],
    ...["monitoring/uptimeCheckConfig:UptimeCheckConfig", "projects/iAMMember:IAMMember", "projects/service:Service"],
    ...["redis/instance:Instance", "secretmanager/secret:Secret", "secretmanager/secretIamMember:SecretIamMember"],
    ...["secretmanager/secretVersion:SecretVersion", "serviceaccount/account:Account", "sql/database:Database"],
    ...["sql/databaseInstance:DatabaseInstance", "sql/user:User"],
  ].map((place) => `gcp:${place}`),
};

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
        if (name === "gcp") await plugin.configure({ project: "acme-shop", region: "europe-west1", accessToken: "none" });
      });
      after(() => plugin.stop());

      for (const type of used[name])
        it(`speaks of ${type} as the official one does`, async () => {
          const { replaces, stable, changes } = await plugin.diff({ type, from: {}, to: { project: "acme-shop" } });
          const said = [...new Set([...replaces, ...stable, ...changes].map((at) => at.split(/[.[]/)[0] ?? ""))];
          expect(said.filter((each) => !namesOf(type).has(each))).to.deep.equal([]);
          const replaced = [...new Set([...replaces, ...stable])].sort();
          if (REPLACED[type]) expect(replaced).to.deep.equal([...REPLACED[type]].sort());
        });
    });

  it("docker removes a container before it makes its successor, and knows no other inputs than the types", async () => {
    const plugin = new RunningPlugin();
    await plugin.start({ name: "docker", home });
    const { deletesFirst } = await plugin.diff({ type: CONTAINER, from: { image: "a" }, to: { image: "b" } });
    const refused = await plugin.check({ type: CONTAINER, inputs: { image: "a", hostnam: "web" } });
    plugin.stop();
    expect(deletesFirst).to.equal(true);
    expect(refused.join()).to.include("web.hostnam");
  });
});
