import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import path from "node:path";
import { commandLine } from "../../../ops/main";
import { Clone, changesBetween } from "../../clone";

/** Commands on what runs, each with the least that it asks for. */
const runningCommands = [
  ["status"],
  ["logs"],
  ["dashboard"],
  ["doctor"],
  ["migrate"],
  ["migrate", "--plan"],
  ["manage", "leads", "check"],
  ["seed"],
  ["restart"],
  ["open", "leads"],
  ["shell", "leads"],
  ["db", "shell", "leads"],
  ["backup"],
  ["restore", "one"],
  ["reset"],
  ["test", "leads"],
  ["install", "callcenter"],
];

describe("the command line, given something wrong", () => {
  const clone = new Clone();
  after(() => clone.remove());

  for (const [args, env, says, cure] of [
    [
      ["start", "--stack", "Not_Good"],
      {},
      /--stack: "Not_Good" cannot be a stack's name/,
      /\.\/fleet start --stack dev/,
    ],
    [
      ["start", "--stack", "prod"],
      {},
      /prod is shared: preview it before updating/,
      /\.\/fleet pulumi up --stack prod/,
    ],
    [
      ["start", "--stack", "nowhere", "--config", "fleet:mariadb=maybe"],
      {},
      /fleet:mariadb: .*allowed: true, false/,
      /\.\/fleet start --stack nowhere --config fleet:mariadb=true/,
    ],
    [
      ["start", "--stack", "nowhere", "--config", 'fleet:systems=["lead"]'],
      {},
      /fleet:systems: lead is not a system of the catalogue. Did you mean leads\?/,
      /\.\/fleet start --stack nowhere --config 'fleet:systems=/,
    ],
    [
      ["start", "--stack", "nowhere", "--config", "fleet:mariadb"],
      {},
      /--config: "fleet:mariadb" is not a setting; allowed: a key and its value/,
      /--config fleet:portOffset=1000/,
    ],
    [
      ["start", "--stack", "nowhere", "--config", "fleet:systems=lead, meet"],
      {},
      /fleet:systems: "lead, meet" is not a list; allowed: a list of system names/,
      /\.\/fleet start --stack nowhere --config 'fleet:systems=\[all\]'/,
    ],
    [
      ["preview", "prod", "--config", "fleet:messagingAccount=00000000000"],
      {},
      /fleet:messagingAccount: "00000000000" is not an account; allowed: the 12 digits/,
      /\.\/fleet preview prod --config fleet:messagingAccount=123456789012/,
    ],
    [
      ["rehearse", "--stack", "nowhere", "--config", "fleet:maxInstance=2"],
      {},
      /fleet:maxInstance: is not a setting. Did you mean maxInstances\?/,
      /leave out: --config fleet:maxInstance=/,
    ],
    [
      ["stop", "--stack", "nowhere"],
      {},
      /there is no stack of this name. Stacks here: dev/,
      /\.\/fleet start --stack nowhere/,
    ],
    [
      ["review", "base", "--project", "fleet-mine", "--yes"],
      {},
      /--port, --project, --config: they are of a rehearsed review-base; allowed: with --rehearsed/,
      /\.\/fleet review base --rehearsed, or of the real one: \.\/fleet pulumi config set gcp:project/,
    ],
    [["down", "--remove-data-of", "other"], {}, /"other" is not the stack that goes down/, /--remove-data-of dev/],
    [
      ["start"],
      { DOCKER_HOST: "unix:///nowhere.sock" },
      /Docker engine unix:\/\/\/nowhere\.sock: no Docker engine answers \(ENOENT\)/,
      /DOCKER_HOST=/,
    ],
    ...runningCommands.map(
      (command) =>
        [
          [...command, "--stack", "nowhere"],
          {},
          /stack nowhere: there is no stack of this name\. Stacks here: dev/,
          /\.\/fleet start --stack nowhere/,
        ] as const,
    ),
    [["snapshots", "--stack", "Not_Good"], {}, /"Not_Good" cannot be a stack's name/, /\.\/fleet start/],
    [["snapshots", "--remove", "none"], {}, /--remove: there is no snapshot none of dev/, /\.\/fleet|name one of/],
    [
      ["stacks"],
      { DOCKER_HOST: "unix:///nowhere.sock" },
      /nowhere\.sock: no Docker engine answers \(ENOENT\)/,
      /DOCKER_HOST=/,
    ],
    [["logs", "--since", "yesterday"], {}, /--since: "yesterday" is neither a time nor how long ago/, /--since 10m/],
    [["logs", "--grep", "("], {}, /--grep: "\(" is not a regular expression/, /backslash/],
    [["test", "leads", "test/ops/stack/health.test.ts"], {}, /names both test files and services/, /one call for each/],
  ] as const) {
    it(`says what, where and the cure: ${args.join(" ")} ${Object.keys(env).join(" ")}`, () => {
      const before = clone.listing();
      const { status, stderr } = clone.fleet(args, env);
      assert.equal(status, 1, stderr);
      assert.match(stderr, says);
      assert.match(stderr, cure);
      assert.doesNotMatch(stderr, /^\s+at .*:\d+:\d+/m, "no stack trace");
      assert.deepEqual(changesBetween(before, clone.listing()), [], "nothing was made, changed or removed");
    });
  }

  it("says before it downloads and builds that sources cannot be read, as in a clone made under umask 077 (M19)", () => {
    const mounted = path.join(clone.folder, "services/leads");
    chmodSync(mounted, 0o700);
    const { status, stderr } = clone.fleet(["start"], { DOCKER_HOST: "unix:///nowhere.sock" });
    chmodSync(mounted, 0o755);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /services: the services' user \(uid 1000\) cannot read what is mounted: leads;[^]*cure: chmod -R go\+rX/,
    );
    assert.doesNotMatch(stderr, /Docker engine/);
  });

  for (const [args, says] of [
    [["strat"], /unknown command 'strat'\n\(Did you mean start\?\)/],
    [["dashboard", "--port", "high"], /argument 'high' is invalid\. allowed: a whole number from 0 to 65535/],
    [["rehearse", "--port", "high"], /argument 'high' is invalid\. allowed: a whole number from 0 to 65535/],
    [["review", "base", "--project", "P"], /argument 'P' is invalid\. allowed: a project's id, of 6 to 30/],
    [["logs", "--tail", "some"], /argument 'some' is invalid\. allowed: a whole number/],
    [["status", "--jsno"], /unknown option '--jsno'\n\(Did you mean --json\?\)/],
    [["mariadb", "maybe"], /'maybe' is invalid.*Allowed choices are on, off/],
    [["install", "callcenter", "more"], /'more' is invalid.*Allowed choices are base, dev, test/],
    [["completion", "fish"], /'fish' is invalid.*Allowed choices are bash, zsh/],
    [["exec"], /missing required argument 'service'/],
    [["exec", "leads"], /missing required argument 'command'/],
    [["tool", "callcenter"], /missing required argument 'command'/],
    [["restore"], /missing required argument 'name'/],
    [["open"], /missing required argument 'service'/],
    [["db", "shell"], /missing required argument 'datastore'/],
    [["db", "shel"], /unknown command 'shel'/],
  ] as const) {
    it(`says what, and where help is: ${args.join(" ")}`, () => {
      const { status, stderr } = clone.fleet(args);
      assert.equal(status, 1, stderr);
      assert.match(stderr, says);
      assert.match(stderr, /fleet <command> --help/);
    });
  }

  it("offers help for every command", () => {
    const program = commandLine();
    const commands = program.createHelp().visibleCommands(program);
    const descriptions = commands.map((command) => command.description());
    assert.ok(!descriptions.includes(""), "every command says what it does");
    assert.equal(new Set(descriptions).size, commands.length, "and each in its own words");
    for (const command of commands.filter((each) => !["pulumi", "help"].includes(each.name()))) {
      assert.match(command.helpInformation(), new RegExp(`^Usage: fleet ${command.name()}\\b`));
    }
    const { status, stdout } = clone.fleet(["logs", "--help"]);
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: fleet logs/);
  });
});
