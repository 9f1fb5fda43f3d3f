import { expect } from "chai";
import { parseSettings, type Parsed } from "../../../infra/settings/parse";

const parse = (
  config: Record<string, string>,
  { stack = "dev", environment = {} }: { stack?: string; environment?: Record<string, string> } = {},
): Parsed => parseSettings({ stack, project: "fleet", config, environment });

const local = { "fleet:target": "local" };
const cloud = {
  "fleet:target": "gcp",
  "fleet:alertEmail": "ops@example.com",
  "gcp:project": "acme-shop",
  "gcp:region": "europe-west1",
};

const pathsOf = ({ problems }: Parsed): string[] => problems.map(({ path }) => path);

describe("parsed settings", () => {
  it("have a default for all but the target", () => {
    expect(parse(local)).to.deep.equal({
      settings: {
        stack: "dev",
        target: "local",
        systems: ["all"],
        mariadb: false,
        portOffset: 0,
        hotReload: false,
        forwardedHosts: [],
        imagePrefix: "",
        secrets: [],
      },
      problems: [],
      secretValues: {},
    });
  });

  it("are absent only where not even the target is known", () => {
    expect(parse({}).settings).to.equal(undefined);
    expect(parse({ "fleet:target": "aws", "fleet:mariadb": "true" }).settings).to.equal(undefined);
    expect(pathsOf(parse({ "fleet:target": "aws", "fleet:mariadb": "x" }))).to.have.members([
      "fleet:target",
      "fleet:mariadb",
    ]);
  });

  it("have the default of each key that has a problem, and keep all the others", () => {
    const parsed = parse({
      ...local,
      "fleet:mariadb": "maybe",
      "fleet:portOffset": "70000",
      "fleet:systems": '["leads"]',
      "fleet:hotRelod": "true",
    });
    expect(parsed.settings).to.include({ mariadb: false, portOffset: 0 });
    expect(parsed.settings?.systems).to.deep.equal(["leads"]);
    expect(pathsOf(parsed)).to.have.members(["fleet:mariadb", "fleet:portOffset", "fleet:hotRelod"]);
  });

  it("stand for a cloud whose place is unknown, so that the rest can be judged", () => {
    const { "gcp:project": _, ...placeless } = cloud;
    const parsed = parse({ ...placeless, "fleet:maxInstances": "3" }, { stack: "prod" });
    expect(pathsOf(parsed)).to.deep.equal(["prod: gcp:project"]);
    expect(parsed.settings?.cloud).to.include({ maxInstances: 3, sql: "shared" });
  });

  it("keep the entries of a map that are right", () => {
    const parsed = parse({ ...cloud, "fleet:rotations": '{"a-key":2,"b-key":0.5}' });
    expect(pathsOf(parsed)).to.deep.equal(["fleet:rotations.b-key"]);
    expect(parsed.settings?.cloud?.rotations).to.deep.equal({ "a-key": 2 });
  });

  it("hold the names of secrets and never a value, and no message shows one", () => {
    const parsed = parse({ ...local, "fleet:secrets": '{"a-key":"s3cret","b-key":12345}' });
    expect(parsed.settings?.secrets).to.deep.equal(["a-key", "b-key"]);
    expect(parsed.secretValues).to.deep.equal({ "a-key": "s3cret" });
    expect(parsed.problems[0]).to.include({ path: "fleet:secrets.b-key" });
    expect(JSON.stringify([parsed.settings, parsed.problems]))
      .to.not.include("s3cret")
      .and.not.include("12345");
  });

  it("name a key that works with another target once, whatever its value", () => {
    expect(pathsOf(parse({ ...local, "fleet:sql": "both" }))).to.deep.equal(["fleet:sql"]);
    expect(parse({ ...cloud, "fleet:portOffset": "5" }).settings?.portOffset).to.equal(0);
  });

  it("take an account that begins with zeros as it is written", () => {
    const { settings, problems } = parse({ ...cloud, "fleet:messagingAccount": "000000000000" });
    expect(problems).to.deep.equal([]);
    expect(settings?.cloud?.messagingAccount).to.equal("000000000000");
  });

  it("take the image prefix of the environment where the stack is silent, and blame the right one", () => {
    const environment = { FLEET_IMAGE_PREFIX: "mirror.example/" };
    expect(parse(local, { environment }).settings?.imagePrefix).to.equal("mirror.example/");
    const own = { ...local, "fleet:imagePrefix": "ours/" };
    expect(parse(own, { environment }).settings?.imagePrefix).to.equal("ours/");

    const { settings, problems } = parse(local, { environment: { FLEET_IMAGE_PREFIX: "mirror" } });
    expect(settings?.imagePrefix).to.equal("");
    expect(problems[0]).to.include({ path: "FLEET_IMAGE_PREFIX" });
    expect(problems[0]?.cure).to.include("export FLEET_IMAGE_PREFIX=mirror.example/library/");
  });

  it("leave the keys of providers and of other projects alone", () => {
    expect(parse({ ...local, "gcp:project": "Any Thing", "aws:region": "x", "other:key": "1" }).problems).to.deep.equal(
      [],
    );
  });

  it("say what was seen, what is allowed, and the command that works with a stack of any kind", () => {
    const messages: [config: Record<string, string>, message: string, cure: string][] = [
      [{ "fleet:mariadb": "maybe" }, '"maybe" is not a boolean; allowed: true, false', "set fleet:mariadb true"],
      [{ "fleet:portOffset": "0.5" }, "0.5 is not a whole number; allowed: a whole", "set fleet:portOffset 1000"],
      [{ "fleet:portOffset": "-1" }, "-1 is out of range; allowed: a whole", "set fleet:portOffset 1000"],
      [{ "fleet:systems": "leads" }, '"leads" is not a list; allowed', "set --path 'fleet:systems[0]' all"],
      [{ "fleet:systems": '["leads",5]' }, "5 is not a text; allowed", "set --path 'fleet:systems[1]' all"],
      [{ "fleet:secrets": "x" }, "is not a map; allowed", `set --secret --path 'fleet:secrets["<name>"]'`],
    ];
    for (const [config, message, cure] of messages) {
      const [problem] = parse({ ...local, ...config }, { stack: "mine" }).problems;
      expect(problem?.message.slice(0, message.length)).to.equal(message);
      expect(problem?.cure).to.equal(`./fleet pulumi config ${cure} --stack mine`);
    }
  });

  it("M11: know the names under which Codespaces forwards, and those that the config adds", () => {
    const environment = { CODESPACE_NAME: "busy-otter", GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: "app.github.dev" };
    const codespace = ["busy-otter-{port}.app.github.dev", "localhost:{port}"];
    expect(parse(local, { environment }).settings?.forwardedHosts).to.deep.equal(codespace);
    const config = { ...local, "fleet:forwardedHosts": '["abc-{port}.tunnel.example"]' };
    expect(parse(config, { environment }).settings?.forwardedHosts).to.deep.equal([
      "abc-{port}.tunnel.example",
      ...codespace,
    ]);
    expect(parse(cloud, { environment }).settings?.forwardedHosts).to.deep.equal([]);
  });

  it("M11: refuse a forwarded name that any page could have, and forwarded names in the cloud", () => {
    for (const name of ["*", ".example.com", "https://a.example", "a.example/x", "A_B", "a.example:0", ""])
      expect(pathsOf(parse({ ...local, "fleet:forwardedHosts": JSON.stringify([name]) })), name).to.deep.equal([
        "fleet:forwardedHosts.0",
      ]);
    const inCloud = parse({ ...cloud, "fleet:forwardedHosts": '["a.example"]' });
    expect(pathsOf(inCloud)).to.deep.equal(["fleet:forwardedHosts"]);
    const odd = { CODESPACE_NAME: "*", GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: "app.github.dev" };
    expect(parse(local, { environment: odd }).settings?.forwardedHosts).to.deep.equal([]);
  });
});
