import { expect } from "chai";
import fc from "fast-check";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Catalogue } from "../../../infra/catalogue";
import { databasePart, databaseUrl, redisUrl, secret, urlOf, type System } from "../../../infra/catalogue/vocabulary";
import { tryPlan } from "../../../infra/plan/make-plan";
import type { Plan } from "../../../infra/plan/plan";
import { refuse } from "../../../infra/problems";
import type { Settings } from "../../../infra/settings/schema";
import * as gcp from "../../../infra/targets/gcp";
import * as local from "../../../infra/targets/local";
import { inventoryOf, type Asked } from "../../inventory";
import { cloud, cloudSettings, settings, shop, web } from "../example";
import { recordingRunner, stateOf } from "../targets/cloud";

/** Words whose joins meet often, and long ones that have to be cut. */
const word = fc.constantFrom("a", "b", "data", "prepare", "admin", "url", "x".repeat(14));
const joint = fc.constantFrom("-", "_");
const name = fc
  .tuple(word, joint, word, fc.boolean())
  .map(([first, between, second, isLong]) => (isLong ? `${first}${between}${second}` : first));

const system = fc.record({
  service: name,
  datastore: name,
  redis: name,
  volume: name,
  password: name.map((text) => `${text}-password`),
  key: name,
  user: name,
});

type Names = {
  service: string;
  datastore: string;
  redis: string;
  volume: string;
  password: string;
  key: string;
  user: string;
};

const systemOf = (of: Names, index: number): System => ({
  title: "Generated",
  offersNetwork: of.volume,
  secrets: { [of.password]: { length: 8 }, [of.key]: { length: 8 }, superuser: { length: 8 } },
  volumes: { [of.volume]: { description: "files" } },
  datastores: {
    [of.datastore]: {
      ...(shop.datastores["postgres"] as Extract<System["datastores"][string], { engine: "postgres" | "postgis" }>),
      databases: [{ name: `${of.user}${index}`, user: `${of.user}${index}`, password: of.password }],
    },
    [of.redis]: shop.datastores["redis"]!,
  },
  services: {
    [of.service]: {
      ...web,
      hostPort: 9000 + 2 * index,
      after: [],
      env: {
        URL: databaseUrl(of.datastore, `${of.user}${index}`),
        USER: databasePart(of.datastore, `${of.user}${index}`, "user"),
        REDIS: redisUrl(of.redis, 0),
        KEY: secret(of.key),
      },
    },
    "other-caller": { ...web, hostPort: 9001 + 2 * index, after: [], env: { API: urlOf(of.service) } },
  },
});

const catalogues = fc
  .uniqueArray(fc.tuple(name, system), { minLength: 2, maxLength: 3, selector: ([key]) => key })
  .map((systems): Catalogue => Object.fromEntries(systems.map(([key, of], index) => [key, systemOf(of, index)])));

/** As small as sources can be: they are read for every catalogue. */
const servicesFolder = mkdtempSync(join(tmpdir(), "fleet-services-"));
for (const file of ["Dockerfile", "leads/manage.py", "leads/requirements/base.txt"]) {
  mkdirSync(join(servicesFolder, file, ".."), { recursive: true });
  writeFileSync(join(servicesFolder, file), "");
}

const machine = { PULUMI_HOME: "/nowhere", DOCKER_CONFIG: "/nowhere" };
const open = (): Promise<void> => Promise.resolve();

const askedBy = (plan: Plan): Promise<Asked[]> =>
  inventoryOf(
    async () => {
      const of = { secretValues: {}, servicesFolder };
      const prepared =
        plan.target === "gcp"
          ? await gcp.prepare({ ...of, plan, env: machine, runner: recordingRunner().runner })
          : await local.prepare({
              ...{ ...of, plan, gates: { datastore: open, service: open } },
              engine: { containers: [], volumes: [], takenPorts: new Map() },
            });
      prepared.make();
    },
    { stateOf, stack: plan.stack, quietMs: 20 },
  );

/** The inputs that name a resource where it is made, by type. */
const PHYSICAL: Record<string, string[]> = {
  "docker:index/container:Container": ["name"],
  "docker:index/network:Network": ["name"],
  "docker:index/volume:Volume": ["name"],
  "gcp:serviceaccount/account:Account": ["accountId"],
  "gcp:secretmanager/secret:Secret": ["secretId"],
  "gcp:cloudrunv2/service:Service": ["name"],
  "gcp:cloudrunv2/job:Job": ["name"],
  "gcp:sql/databaseInstance:DatabaseInstance": ["name"],
  "gcp:sql/database:Database": ["instance", "name"],
  "gcp:sql/user:User": ["instance", "name"],
  "gcp:redis/instance:Instance": ["name"],
};

const twice = (names: readonly string[]): string[] => names.filter((each, index) => names.indexOf(each) !== index);

const physicalNames = (asked: readonly Asked[]): string[] =>
  asked.flatMap(({ type, inputs }) => {
    const keys = PHYSICAL[type];
    return keys === undefined ? [] : [`${type} ${keys.map((key) => String(inputs[key])).join("/")}`];
  });

const stacks: [what: string, settings: Settings][] = [
  ["a laptop", { ...settings, hotReload: true }],
  ["a cloud that shares servers", { ...cloudSettings, systems: ["all"], cloud: { ...cloud, network: "default" } }],
  [
    "a cloud with a server for each system",
    {
      ...cloudSettings,
      systems: ["all"],
      cloud: { ...cloud, network: "default", sql: "perSystem", redis: "perSystem" },
    },
  ],
];

/** Catalogues for each kind of stack; RUNS=500 looks longer. */
const RUNS = Number(process.env["RUNS"] ?? 12);

describe("whatever the catalogue says", () => {
  after(() => rmSync(servicesFolder, { recursive: true }));

  for (const [what, of] of stacks)
    it(`on ${what} no two resources share a logical or a physical name, or the catalogue is refused`, async function () {
      this.timeout(RUNS * 10_000);
      let made = 0;
      await fc.assert(
        fc.asyncProperty(catalogues, async (catalogue) => {
          const roomy = of.cloud && {
            ...of.cloud,
            databaseTier: "db-custom-4-15360",
            databaseConnections: 1000,
            maxInstances: 1,
          };
          const { plan, problems } = tryPlan(catalogue, { ...of, ...(roomy ? { cloud: roomy } : {}) });
          if (plan === undefined || problems.length > 0) {
            expect(() => refuse(problems)).to.throw();
            return;
          }
          made += 1;
          const asked = await askedBy(plan);
          expect(twice(asked.map(({ type, name: logical }) => `${type} ${logical}`))).to.deep.equal([]);
          expect(twice(physicalNames(asked))).to.deep.equal([]);
        }),
        { numRuns: RUNS },
      );

      expect(made, "catalogues that were not refused").to.be.greaterThan(0);
    });
});
