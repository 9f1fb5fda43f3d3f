import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { withoutSecrets } from "../../../infra/settings/stack-file";
import { settingsFor, settingsOf, withConfig, withMadeUp } from "../../../ops/stack/config-file";

const configOf = (text: string): object => (parse(text) as { config: object }).config;

describe("the settings in a stack's file", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-config-"));
  const file = path.join(folder, "Pulumi.mine.yaml");
  after(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    writeFileSync(file, text);
    return settingsOf(file);
  };

  it("are read in every form of YAML", () => {
    for (const text of [
      'config:\n  fleet:target: local\n  fleet:portOffset: "1200"\n  fleet:systems:\n    - leads # one\n    - meet\n',
      "config: { fleet:target: local, 'fleet:portOffset': 1200, fleet:systems: [leads, 'meet'] }\n",
    ])
      expect(read(text), text)
        .to.include({ portOffset: 1200 })
        .and.deep.include({ systems: ["leads", "meet"] });
  });

  it("have the program's defaults where the file is silent, wrong or absent", () => {
    const defaults = { portOffset: 0, mariadb: false, imagePrefix: "", systems: ["all"] };
    for (const text of ["config: {}\n", "config:\n  fleet:portOffset: many\n  fleet:of: tomorrow\n", "config: [\n"])
      expect(read(text), text).to.deep.include(defaults);
    expect(settingsOf(path.join(folder, "nowhere.yaml"))).to.deep.include(defaults);
  });

  it("have every system where the file names none, in the cloud too", () =>
    expect(settingsFor({ "fleet:target": "gcp" }).systems).to.deep.equal(["all"]));
});

describe("a stack's file with other settings", () => {
  const text = "config:\n  # why it is so\n  fleet:target: local\n  fleet:secrets:\n    old: x\nencryptionsalt: v1:x\n";

  it("keeps comments, salt and everything else", () => {
    const made = withConfig({ text, config: { "fleet:portOffset": "1000" } });
    expect(made).to.include("  # why it is so\n  fleet:target: local\n").and.include("encryptionsalt: v1:x\n");
    expect(configOf(made)).to.include({ "fleet:target": "local", "fleet:portOffset": 1000 });
  });

  it("holds lists and maps as such, each in the place of the whole one before", () => {
    const config = { "fleet:systems": '["leads"]', "fleet:secrets": '{"new":"y"}' };
    expect(configOf(withConfig({ text, config }))).to.deep.equal({
      "fleet:target": "local",
      "fleet:systems": ["leads"],
      "fleet:secrets": { new: "y" },
    });
  });

  it("quotes a text that a reader of YAML could take for something else", () => {
    for (const value of ["000000000000", "0123", "1e3", "true", "yes", "on", "~", "2026-11-28", "0x1F", "1_000", ""]) {
      const made = withConfig({ text, config: { "gcp:project": value } });
      expect(made).to.include(`gcp:project: "${value}"\n`);
    }
    expect(withConfig({ text, config: { "gcp:project": "acme-shop" } })).to.include("gcp:project: acme-shop\n");
  });

  it("lacks a switch, a number, a list or a map whose value is empty", () =>
    expect(configOf(withConfig({ text, config: { "fleet:secrets": "" } }))).to.deep.equal({ "fleet:target": "local" }));

  it("starts from a file without config", () => {
    for (const text of ["", "config:\n"])
      expect(parse(withConfig({ text, config: { "fleet:systems": '["all"]' } }))).to.have.nested.property(
        "config.fleet:systems[0]",
        "all",
      );
  });
});

describe("the config of a preview", () => {
  const text = "config:\n  fleet:target: gcp\n  fleet:maxInstances: 10\n";

  it("gets made-up values where the stack's file is silent", () => {
    expect(configOf(withMadeUp({ text, config: {} }))).to.include({
      "gcp:project": "preview-project",
      "gcp:region": "europe-west1",
      "fleet:alertEmail": "preview@example.com",
      "fleet:maxInstances": 10,
    });
  });

  it("keeps the stack's own values, and lets those of the command line win", () => {
    const own = text.replace("gcp\n", "gcp\n  gcp:project: acme-shop\n");
    const made = configOf(withMadeUp({ text: own, config: { "fleet:maxInstances": "2" } }));
    expect(made).to.include({ "gcp:project": "acme-shop", "fleet:maxInstances": 2 });
  });

  it("gets made-up secrets of those that only their owners give, beside the stack's own", () => {
    const own = text.replace("gcp\n", "gcp\n  fleet:secrets:\n    leads-django-secret-key: x\n");
    expect(configOf(withMadeUp({ text: own, config: {} }))).to.deep.include({
      "fleet:secrets": {
        "leads-django-secret-key": "x",
        "marketplace-aws-access-key-id": "made-up",
        "marketplace-aws-secret-access-key": "made-up",
      },
    });
  });

  it("takes a value in the place of an encrypted one", () => {
    const encrypted = withoutSecrets(text.replace("gcp\n", "gcp\n  gcp:accessToken:\n    secure: v1:token\n"));
    expect(configOf(withMadeUp({ text: encrypted, config: { "gcp:accessToken": "none" } }))).to.include({
      "gcp:accessToken": "none",
      "gcp:region": "europe-west1",
    });
  });
});
