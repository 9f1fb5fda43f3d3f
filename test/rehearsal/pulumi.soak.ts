import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureTools } from "../../ops/start/tools";
import { TestCloud } from "./cloud";
import { compiled, documented } from "./documented";
import { expectClean, expectNothingLeft } from "./outcome";
import { Program, type Run } from "./program";
import { makeStandIns } from "./stand-in-images";

type Example = { resource: string; title: string; from: string; to: string };

/** Examples of Pulumi's documentation, and the property of each that is changed. */
const EXAMPLES: Example[] = [
  {
    resource: "artifactregistry/repository",
    title: "Artifact Registry Repository Cleanup",
    from: "keepCount: 5",
    to: "keepCount: 6",
  },
  { resource: "cloudrunv2/job", title: "Cloudrunv2 Job Secret", from: 'path: "my-secret"', to: 'path: "other"' },
  { resource: "cloudrunv2/job", title: "Cloudrunv2 Job Emptydir", from: '"128Mi"', to: '"64Mi"' },
  {
    resource: "cloudrunv2/service",
    title: "Cloudrunv2 Service Invokeriam",
    from: "invokerIamDisabled: true",
    to: "invokerIamDisabled: false",
  },
  {
    resource: "cloudrunv2/service",
    title: "Cloudrunv2 Service Probes",
    from: "periodSeconds: 3",
    to: "periodSeconds: 5",
  },
  { resource: "cloudrunv2/workerPool", title: "Cloudrunv2 Worker Pool Limits", from: '"1024Mi"', to: '"512Mi"' },
  {
    resource: "monitoring/alertPolicy",
    title: "Monitoring Alert Policy Basic",
    from: 'duration: "60s"',
    to: 'duration: "120s"',
  },
  {
    resource: "monitoring/notificationChannel",
    title: "Notification Channel Basic",
    from: 'displayName: "Test',
    to: 'displayName: "Another test',
  },
  {
    resource: "monitoring/uptimeCheckConfig",
    title: "Uptime Check Config Http",
    from: 'timeout: "60s"',
    to: 'timeout: "30s"',
  },
  { resource: "redis/instance", title: "Redis Instance Basic", from: "memorySizeGb: 1", to: "memorySizeGb: 2" },
  { resource: "secretmanager/secret", title: "Secret Config Basic", from: 'label: "my-label"', to: 'label: "other"' },
];

/** Each is made, left alone, changed, left alone and destroyed by the real engine and the Google plugin. */
describe("programs of Pulumi's documentation against the rehearsed cloud", function () {
  this.timeout(300_000);
  const cloud = new TestCloud(32730);

  before(async function () {
    // The plugin is built at first.
    this.timeout(0);
    await ensureTools({ plugins: ["gcp"], report: () => undefined, signal: new AbortController().signal });
    await makeStandIns();
    await cloud.open();
    cloud.enable("run", "artifactregistry", "secretmanager", "redis", "iam", "monitoring");
  });
  after(() => cloud.remove());

  const must = async (run: Promise<Run>): Promise<Run["changes"]> => {
    const { code, output, changes } = await run;
    if (code !== 0) throw new Error(output);
    return changes;
  };

  for (const { resource, title, from, to } of EXAMPLES)
    it(title, async () => {
      const program = new Program(cloud);
      const write = (source: string): void => writeFileSync(join(program.folder, "index.cjs"), compiled(source));
      const source = documented({ resource, title });
      try {
        await program.open("");
        write(source);
        const { created, ...others } = await must(program.up());
        expect(others).to.deep.equal({});
        expect(await must(program.up("--refresh"))).to.deep.equal({ unchanged: created });
        expect(source).to.include(from);
        write(source.replace(from, to));
        expect(await must(program.up())).to.deep.equal({ updated: 1, unchanged: created! - 1 });
        expect(await must(program.up("--refresh"))).to.deep.equal({ unchanged: created });
        await must(program.pulumi("destroy", "--yes", "--skip-preview"));
        await expectNothingLeft(cloud);
        expectClean(cloud);
      } finally {
        // What has failed is not to be met by the next one.
        await program.pulumi("destroy", "--yes", "--skip-preview");
        cloud.rehearsal.report.empty();
        program.remove();
      }
    });
});
