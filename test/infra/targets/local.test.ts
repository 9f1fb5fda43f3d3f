import { expect } from "chai";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { catalogue } from "../../../infra/catalogue";
import { makePlan } from "../../../infra/catalogue/plan";
import type { Settings } from "../../../infra/config/schema";
import { local } from "../../../infra/targets/local";
import type { EngineState } from "../../../infra/targets/local/engine";
import { inventoryOf, one, type Asked } from "../../inventory";

const dev: Settings = {
  stack: "dev",
  target: "local",
  systems: ["all"],
  mariadb: false,
  portOffset: 0,
  hotReload: true,
  imagePrefix: "",
  secrets: ["callcenter-db-postgres-password"],
};
const emptyEngine: EngineState = { containers: [], volumes: [], takenPorts: new Map() };

const run = (settings: Partial<Settings> = {}, engine = emptyEngine): Promise<Asked[]> =>
  inventoryOf(() =>
    local({
      plan: makePlan(catalogue, { ...dev, ...settings }),
      secretValues: { "callcenter-db-postgres-password": pulumi.secret("django_pass") },
      servicesFolder: resolve("services"),
      engine,
    }),
  );

describe("the local target", () => {
  it("prints", async () => {
    const asked = await run();
    console.log(JSON.stringify(asked.filter((a) => a.type.startsWith("docker:") && /callcenter-(web|migrate|db_postgres)/.test(a.name)), null, 1).slice(0, 9000));
    console.log(asked.map((a) => a.type + " " + a.name).join("\n"));
    expect(one(asked, "callcenter-web", "docker:index/container:Container").inputs).to.containSubset({ name: "callcenter_dev_web" });
  });
});
