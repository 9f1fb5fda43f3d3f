import { expect } from "chai";
import { parse } from "yaml";
import { withValues } from "../../../ops/stack/config-file";
import { withoutSecrets } from "../../../ops/stack/config-file";

describe("the config of a preview", () => {
  const text = "config:\n  fleet:target: gcp\n  fleet:maxInstances: 10\n";

  it("gets made-up values where the stack's file is silent", () => {
    const made = withValues({ text, config: [] });
    for (const line of [
      "gcp:project: preview-project",
      "gcp:region: europe-west1",
      "fleet:alertEmail: preview@example.com",
    ])
      expect(made).to.include(`  ${line}\n`);
    expect(made).to.include("  fleet:maxInstances: 10\n");
  });

  it("keeps the stack's own values, and lets those of the command line win", () => {
    const made = withValues({
      text: text.replace("gcp\n", "gcp\n  gcp:project: acme-shop\n"),
      config: ["fleet:maxInstances=2"],
    });
    expect(made).to.include("  gcp:project: acme-shop\n").and.not.include("preview-project");
    expect(made).to.include("  fleet:maxInstances: 2\n").and.not.include("maxInstances: 10");
  });

  it("replaces a structure as a whole", () => {
    const made = withValues({
      text: "config:\n  fleet:secrets:\n    old: x\n  fleet:target: gcp\n",
      config: ["fleet:secrets={new: y}", "fleet:messagingAccount='0123'"],
    });
    expect((parse(made) as { config: object }).config).to.include({
      "fleet:target": "gcp",
      "fleet:messagingAccount": "0123",
    });
    expect(made).to.include("new: y").and.not.include("old");
  });

  it("starts from a file without config", () => {
    for (const text of ["", "config:\n"])
      expect(parse(withValues({ text, config: ["fleet:systems=[all]"] }))).to.have.nested.property(
        "config.fleet:systems[0]",
        "all",
      );
  });
});

describe("a stack's file without its secrets", () => {
  const text = [
    "config:",
    "  # why it is so",
    "  fleet:target: gcp",
    "  gcp:accessToken:",
    "    secure: v1:token",
    "  fleet:secrets:",
    "    plain: open",
    "    hidden: { secure: v1:hidden }",
    "  fleet:list: [{ secure: v1:listed }, shown]",
    "",
  ].join("\n");

  it("says nothing of how to decrypt", () => {
    const providers = "encryptionsalt: v1:x\nencryptedkey: abc=\nsecretsprovider: gcpkms://projects/p\n";
    for (const written of [`${text}${providers}`, `${providers}${text}`])
      expect(Object.keys(parse(withoutSecrets(written)) as object)).to.deep.equal(["config"]);
  });

  it("has text for each encrypted value, at any depth, and everything else as it was", () => {
    expect(parse(withoutSecrets(text))).to.deep.equal({
      config: {
        "fleet:target": "gcp",
        "gcp:accessToken": "encrypted",
        "fleet:secrets": { plain: "open", hidden: "encrypted" },
        "fleet:list": ["encrypted", "shown"],
      },
    });
    expect(withoutSecrets(text)).to.include("  # why it is so\n  fleet:target: gcp\n");
  });

  it("may be empty", () => expect(withoutSecrets("")).to.equal(""));

  it("takes a preview's values, in place of an encrypted one too", () => {
    const made = withValues({ text: withoutSecrets(text), config: ["gcp:accessToken=none"] });
    expect((parse(made) as { config: object }).config).to.include({
      "gcp:accessToken": "none",
      "gcp:region": "europe-west1",
    });
  });
});
