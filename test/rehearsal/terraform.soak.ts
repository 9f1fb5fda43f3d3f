import { expect } from "chai";
import { existsSync } from "node:fs";
import path from "node:path";
import { TestCloud } from "./cloud";
import { expectClean, expectNothingLeft } from "./outcome";
import { makeStandIns } from "./stand-in-images";
import { buildTools, Configuration } from "./terraform/configuration";

/** A clone of github.com/terraform-google-modules/terraform-docs-samples; docs/soaks.md has the commit. */
const SAMPLES = process.env["TERRAFORM_SAMPLES"] ?? "";

/** Samples of Google's documentation, and the property of each that is changed. */
const EXAMPLES = [
  { sample: "run/secret_manager", from: '"this is secret data"', to: '"another word"' },
  { sample: "run/connect_cloud_sql", from: "min_length                  = 6", to: "min_length = 8" },
  { sample: "run/interservice", from: 'name  = "URL"', to: 'name = "ADDRESS"' },
  { sample: "cloud_sql/mysql_database_basic", from: 'tier = "db-f1-micro"', to: 'tier = "db-g1-small"' },
];

/** Each is applied, left alone, changed, left alone and destroyed by OpenTofu and Terraform's Google provider. */
describe("Terraform configurations of Google's documentation against the rehearsed cloud", function () {
  this.timeout(900_000);
  const cloud = new TestCloud(32730);

  before(async function () {
    // Tools are built at first.
    this.timeout(0);
    if (!existsSync(path.join(SAMPLES, "run")))
      throw new Error("TERRAFORM_SAMPLES has to name a clone of terraform-docs-samples: docs/soaks.md tells of it");
    buildTools();
    await makeStandIns();
    await cloud.open();
    cloud.enable("run", "artifactregistry", "secretmanager", "sqladmin", "iam");
  });
  after(() => cloud.remove());

  for (const { sample, from, to } of EXAMPLES)
    it(sample, async () => {
      const configuration = new Configuration(cloud, path.join(SAMPLES, sample));
      try {
        await configuration.must("init", "-input=false");
        await configuration.must("apply", "-auto-approve", "-input=false");
        expect(await configuration.hasChanges()).to.equal(false);
        configuration.change({ from, to });
        expect(await configuration.hasChanges()).to.equal(true);
        await configuration.must("apply", "-auto-approve", "-input=false");
        expect(await configuration.hasChanges()).to.equal(false);
        await configuration.must("destroy", "-auto-approve", "-input=false");
        await expectNothingLeft(cloud);
        expectClean(cloud);
      } finally {
        // What has failed is not to be met by the next one.
        await configuration.tofu("destroy", "-auto-approve", "-input=false");
        cloud.rehearsal.report.empty();
        configuration.remove();
      }
    });
});
