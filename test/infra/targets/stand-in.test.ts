import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { catalogue } from "../../../infra/catalogue";
import { refuse } from "../../../infra/problems";
import { cloudProblems } from "../../../infra/targets/gcp/preflight";
import { cloud, cloudPlan, cloudSettings } from "../example";

const products = ["CLOUD_RUN_V2", "SQL", "SECRET_MANAGER", "ARTIFACT_REGISTRY", "IAM_BETA", "RESOURCE_MANAGER"].concat([
  "SERVICE_USAGE",
  "MONITORING",
  "REDIS",
]);
const onThisMachine = Object.fromEntries(
  products.map((product) => [`GOOGLE_${product}_CUSTOM_ENDPOINT`, `http://127.0.0.1:9000/${product}/`]),
);

describe("an update with a stand-in for Google's plugin", () => {
  const home = mkdtempSync(join(tmpdir(), "fleet-home-"));
  const plugin = join(home, "plugins", "resource-gcp-v9.37.0", "pulumi-resource-gcp");
  before(() => mkdirSync(join(plugin, ".."), { recursive: true }));
  beforeEach(() => writeFileSync(`${plugin}.stand-in`, "digest"));
  after(() => rmSync(home, { recursive: true }));

  // A registry on this machine asks for no credentials.
  const settings = { ...cloudSettings, cloud: { ...cloud, registryHost: "localhost:5000" } };
  const plan = cloudPlan(catalogue, settings);
  const stackFile = "/nowhere/Pulumi.prod.yaml";
  const check =
    (env: NodeJS.ProcessEnv, isPreview = false) =>
    () =>
      refuse(
        cloudProblems({
          plan,
          servicesFolder: resolve("services"),
          machine: { env: { PULUMI_HOME: home, ...env }, isPreview, stackFile },
        }),
      );

  it("is refused while any product's address is Google's own", () => {
    expect(check({})).to.throw(/stand-in for the official plugin[^]*GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT/);
    for (const product of products) {
      const name = `GOOGLE_${product}_CUSTOM_ENDPOINT`;
      for (const outside of [undefined, "", "https://run.googleapis.com/", "http://127.0.0.1.example.com/"])
        expect(check({ ...onThisMachine, [name]: outside }), `${name}=${outside}`).to.throw(
          `not on this machine: ${name}`,
        );
    }
  });

  it("goes ahead where all of Google is on this machine, and a preview always", () => {
    expect(check(onThisMachine)).to.not.throw();
    expect(check({}, true)).to.not.throw();
  });

  it("is not about the official plugin", () => {
    rmSync(`${plugin}.stand-in`);
    expect(check({})).to.not.throw();
  });

  it("needs credentials for a registry that is elsewhere", () => {
    const elsewhere = cloudPlan(catalogue, { ...cloudSettings, cloud });
    const env = { PULUMI_HOME: home, DOCKER_CONFIG: home, ...onThisMachine };
    const machine = { env, isPreview: false, stackFile };
    expect(() => refuse(cloudProblems({ plan: elsewhere, servicesFolder: resolve("services"), machine }))).to.throw(
      /registry europe-west1-docker.pkg.dev: Docker has no credentials[^]*cure: gcloud auth configure-docker/,
    );
  });
});
