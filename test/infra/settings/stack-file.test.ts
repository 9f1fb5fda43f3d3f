import { expect } from "chai";
import { parse } from "yaml";
import { configIn, textOf, withoutSecrets } from "../../../infra/settings/stack-file";

const read = (text: string) => configIn({ text, file: "Pulumi.dev.yaml", project: "fleet" });

/** The texts are those that Pulumi 3.250 handed to a program for these files. */
describe("the config of a stack's file", () => {
  const forms: [what: string, text: string, config: Record<string, string>][] = [
    [
      "a quoted number and switch",
      'config:\n  fleet:portOffset: "1200"\n  fleet:mariadb: "true"\n',
      { "fleet:portOffset": "1200", "fleet:mariadb": "true" },
    ],
    [
      "a bare number and switch",
      "config:\n  fleet:portOffset: 1200\n  fleet:mariadb: True\n",
      { "fleet:portOffset": "1200", "fleet:mariadb": "true" },
    ],
    ["a quoted key", "config:\n  'fleet:portOffset': 1200\n", { "fleet:portOffset": "1200" }],
    [
      "a flow map",
      'config: { "fleet:target": gcp, fleet:systems: [leads, "meet"] }\n',
      { "fleet:target": "gcp", "fleet:systems": '["leads","meet"]' },
    ],
    [
      "an explicit key",
      "config:\n  ? fleet:systems\n  : - leads\n    - meet\n",
      { "fleet:systems": '["leads","meet"]' },
    ],
    [
      "comments in a list",
      "config:\n  fleet:systems: # some\n    - leads # one\n    # between\n    - meet\n",
      { "fleet:systems": '["leads","meet"]' },
    ],
    [
      "a list that is not indented",
      "config:\n  fleet:systems:\n  - leads\n  fleet:mariadb: true\n",
      { "fleet:systems": '["leads"]', "fleet:mariadb": "true" },
    ],
    [
      "a list over several lines",
      "config:\n  fleet:systems: [\n    leads,\n    meet\n  ]\n",
      { "fleet:systems": '["leads","meet"]' },
    ],
    ["a list as JSON text", `config:\n  fleet:systems: '["leads"]'\n`, { "fleet:systems": '["leads"]' }],
    [
      "a folded text",
      "config:\n  fleet:imagePrefix: >-\n    mirror.example/\n",
      { "fleet:imagePrefix": "mirror.example/" },
    ],
    [
      "a text with a comment",
      "config:\n  fleet:imagePrefix: mirror.example:5000/library/ # ours\n",
      { "fleet:imagePrefix": "mirror.example:5000/library/" },
    ],
    [
      "a text of digits",
      'config:\n  fleet:messagingAccount: "000000000000"\n',
      { "fleet:messagingAccount": "000000000000" },
    ],
    [
      "encrypted values",
      "config:\n  gcp:accessToken:\n    secure: v1:x\n  fleet:secrets:\n    a: { secure: v1:y }\n    b: open\n",
      { "gcp:accessToken": "encrypted", "fleet:secrets": '{"a":"encrypted","b":"open"}' },
    ],
    [
      "a key without its project",
      "config:\n  target: local\n  fleet:config:mariadb: true\n",
      { "fleet:target": "local", "fleet:mariadb": "true" },
    ],
    ["a key without a value", "config:\n  fleet:network:\n", { "fleet:network": "" }],
    ["no config", "encryptionsalt: v1:x\n", {}],
    ["an empty config", "config:\n", {}],
    ["an empty file", "", {}],
  ];
  for (const [what, text, config] of forms)
    it(`reads ${what}`, () => expect(read(text)).to.deep.equal({ config, problems: [] }));

  for (const [what, text, message] of [
    [
      "YAML that does not end",
      "config:\n  fleet:systems: [leads\n",
      /Pulumi.dev.yaml: it cannot be read as a stack's config/,
    ],
    ["a key twice", "config:\n  fleet:target: local\n  fleet:target: gcp\n", /unique/],
    ["a list of settings", "config:\n  - fleet:target\n", /config is not a map/],
  ] as const)
    it(`refuses ${what}`, () => {
      const [problem] = read(text).problems;
      expect(`${problem?.path}: ${problem?.message}`).to.match(message);
      expect(problem?.cure).to.include("Pulumi.dev.yaml");
    });
});

describe("a value of the command line", () => {
  for (const [key, value, text] of [
    ["fleet:messagingAccount", "000000000000", "000000000000"],
    ["fleet:messagingAccount", "012345678901", "012345678901"],
    ["fleet:messagingAccount", "'012345678901'", "012345678901"],
    ["fleet:databaseTier", "db-f1-micro", "db-f1-micro"],
    ["fleet:imagePrefix", "", ""],
    ["gcp:project", "123456", "123456"],
    ["gcp:accessToken", "true", "true"],
    ["fleet:systems", "[leads]", '["leads"]'],
    ["fleet:systems", '["leads", meet]', '["leads","meet"]'],
    ["fleet:secrets", "{a: b, c: 'd'}", '{"a":"b","c":"d"}'],
    ["fleet:secrets", "{a: 007, b: true}", '{"a":"007","b":"true"}'],
    ["fleet:rotations", '{"a-b": 2}', '{"a-b":2}'],
    ["fleet:portOffset", "1000", "1000"],
    ["fleet:mariadb", "true", "true"],
    // These fit no type: parseSettings refuses them as they are.
    ["fleet:systems", "leads", "leads"],
    ["fleet:systems", "[leads", "[leads"],
    ["fleet:mariadb", "maybe", "maybe"],
    ["fleet:hotRelod", "true", "true"],
  ] as const)
    it(`${key}=${value} is the text ${text}`, () => expect(textOf({ key, value, project: "fleet" })).to.equal(text));
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
});
