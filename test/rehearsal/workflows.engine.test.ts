import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT, TestCloud } from "./cloud";
import { Program } from "./program";

/** As in the real program: what is built and what is at Google belong to one component. */
const SOURCE = `
class Foundation extends pulumi.ComponentResource {
  constructor() { super("fleet:gcp:Foundation", "foundation"); }
}
const parent = new Foundation();
const api = new gcp.projects.Service("api", { service: "secretmanager.googleapis.com", disableOnDestroy: false }, { parent });
new gcp.secretmanager.Secret("key", { secretId: "key", replication: { auto: {} }, labels: { team: "web" } }, { parent, dependsOn: api });
`;

const FOUNDATION = "urn:pulumi:test::small::fleet:gcp:Foundation";
const parent = `${FOUNDATION}::foundation`;
const registryAuth = JSON.stringify([{ address: "europe-west1-docker.pkg.dev", authDisabled: true }]);
const builder = {
  ...{ urn: `${FOUNDATION}$pulumi:providers:docker::builder`, type: "pulumi:providers:docker", id: "1", custom: true },
  ...{ parent, inputs: { disableDockerDaemonCheck: "true", registryAuth, version: "5.2.0" } },
};
/** An image that another machine built. */
const image = {
  ...{ urn: `${FOUNDATION}$docker:index/remoteImage:RemoteImage::web`, type: "docker:index/remoteImage:RemoteImage" },
  ...{ id: "sha256:0fleet-elsewhere/web:1", custom: true, parent, provider: `${builder.urn}::${builder.id}` },
  ...{ inputs: { name: "fleet-elsewhere/web:1" }, outputs: { name: "fleet-elsewhere/web:1" } },
};

/** The arguments that drift.yml gives Pulumi, without its stack. */
const nightly = (): string[] => {
  const { jobs } = parse(readFileSync(".github/workflows/drift.yml", "utf8")) as Workflow;
  const command = jobs.drift.steps.at(-1)?.run ?? "";
  return command
    .replace(/^.* pulumi -- /, "")
    .replace("--stack prod", "")
    .replaceAll("'", "")
    .trim()
    .split(/\s+/);
};
type Workflow = { jobs: { drift: { steps: { run?: string }[] } } };

describe("the workflows of prod, on a machine that built nothing", () => {
  const cloud = new TestCloud(32680);
  const program = new Program(cloud);
  before(async () => {
    await cloud.open();
    await program.open(SOURCE, ["gcp", "docker"]);
    const { code, output } = await program.up();
    if (code !== 0) throw new Error(output);
    const file = join(program.folder, "state.json");
    await program.pulumi("stack", "export", "--file", file);
    const state = JSON.parse(readFileSync(file, "utf8")) as { deployment: { resources: object[] } };
    state.deployment.resources.push(builder, image);
    writeFileSync(file, JSON.stringify(state));
    await program.pulumi("stack", "import", "--file", file);
  });
  after(async () => {
    program.remove();
    await cloud.remove();
  });

  it("find no drift in what nobody has touched", async () => {
    const { code, output } = await program.pulumi(...nightly());
    expect(code, output).to.equal(0);
  });

  it("would find every image gone if they asked for images", async () => {
    const everything = nightly().filter((argument) => argument !== "--exclude" && !argument.includes("docker"));
    const { code, output } = await program.pulumi(...everything);
    expect(code).to.not.equal(0);
    expect(output).to.match(/docker:index\/remoteImage:RemoteImage: \(delete\)/);
  });

  it("find what somebody changed by hand", async () => {
    const labels = { team: "other" };
    await cloud.must(`PATCH secretmanager/v1/projects/${PROJECT}/secrets/key?updateMask=labels`, { labels });
    const { code, output } = await program.pulumi(...nightly());
    expect(code).to.not.equal(0);
    expect(output).to.match(/team: "web" => "other"/);
  });

  it("ask nothing for a preview: who may read the state can make one", async () => {
    const { report } = cloud.rehearsal;
    report.empty();
    program.write(SOURCE.replace('"web"', '"apps"'));
    const { code, output } = await program.pulumi("preview", "--diff");
    expect(code, output).to.equal(0);
    expect(output).to.match(/~ 1 to update/);
    expect(report.entries().filter(({ api }) => api !== "elsewhere")).to.deep.equal([]);
  });
});
