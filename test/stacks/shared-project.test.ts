import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogue } from "../../infra/catalogue";
import { sharedProjectProblems } from "../../stacks/shared-project";
import { cloud, cloudPlan, cloudSettings } from "../infra/example";

describe("the project of reviews", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-stacks-"));
  after(() => rmSync(folder, { recursive: true }));
  const problems = (stack: string, project: string): string[] => {
    const settings = {
      ...cloudSettings,
      stack,
      cloud: { ...cloud, reviews: 2, reviewSlot: stack === "review-base" ? 0 : 1, project },
    };
    return sharedProjectProblems(cloudPlan(catalogue, settings), folder).map(({ message }) => message);
  };

  it("is no other stack's, whoever says so and however it is written", () => {
    for (const written of [
      "\n  gcp:project: acme-shop",
      '\n  "gcp:project": "acme-shop"',
      " {'gcp:project': acme-shop}",
    ])
      for (const stack of ["review-base", "pr-12"]) {
        writeFileSync(join(folder, "Pulumi.prod.yaml"), `config:${written}\n`);
        expect(problems(stack, "acme-shop").join(), written).to.match(
          /^acme-shop is the project of prod, where no review/,
        );
      }
  });

  it("may be that of other reviews", () => {
    writeFileSync(join(folder, "Pulumi.review-base.yaml"), "config:\n  gcp:project: acme-reviews\n");
    expect(problems("pr-12", "acme-reviews")).to.deep.equal([]);
  });
});
