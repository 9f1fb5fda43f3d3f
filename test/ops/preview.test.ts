import { expect } from "chai";
import { withValues } from "../../ops/commands/preview";

describe("the config of a preview", () => {
  const text = "config:\n  fleet:target: gcp\n  fleet:maxInstances: 10\nencryptionsalt: v1:x\n";

  it("gets made-up values where the stack's file is silent", () => {
    const made = withValues({ text, config: [] });
    for (const line of [
      "gcp:project: preview-project",
      "gcp:region: europe-west1",
      "fleet:alertEmail: preview@example.com",
    ])
      expect(made).to.include(`  ${line}\n`);
    expect(made).to.include("  fleet:maxInstances: 10\nencryptionsalt: v1:x\n");
  });

  it("keeps the stack's own values, and lets those of the command line win", () => {
    const made = withValues({
      text: text.replace("gcp\n", "gcp\n  gcp:project: acme-shop\n"),
      config: ["fleet:maxInstances=2"],
    });
    expect(made).to.include("  gcp:project: acme-shop\n").and.not.include("preview-project");
    expect(made).to.include("  fleet:maxInstances: 2\n").and.not.include("maxInstances: 10");
  });

  it("starts from a file without config", () => {
    expect(withValues({ text: "", config: ["fleet:systems=[all]"] })).to.match(
      /^\nconfig:\n {2}fleet:systems: \[all\]\n/,
    );
  });
});
