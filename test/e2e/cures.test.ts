import { expect } from "chai";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { contextProblems } from "../../docker/context";
import { catalogue } from "../../infra/catalogue";
import { ProblemsError, type Problem } from "../../infra/problems";
import { parseSettings } from "../../infra/settings/parse";
import { readConfig } from "../../ops/stack/config-file";
import { stackOf } from "../../ops/stack/stack";
import { setUpCli } from "../../ops/start/set-up";
import { makePlan } from "../infra/example";

const stack = stackOf("cures");
const salt = /^encryptionsalt: .*$/m.exec(readFileSync("Pulumi.dev.yaml", "utf8"))?.[0] ?? "";

const write = (lines: readonly string[]): void => {
  mkdirSync(stack.folder, { recursive: true });
  writeFileSync(stack.configFile, `config:\n${lines.map((line) => `  ${line}\n`).join("")}${salt}\n`);
};

/** The problems of the stack's file as it is now: those of its settings, else those of its plan. */
const problemsNow = (): readonly Problem[] => {
  const { config, problems: unreadable } = readConfig(stack.configFile);
  const { settings, problems } = parseSettings({ stack: stack.name, project: "fleet", config, environment: {} });
  if (!settings || unreadable.length + problems.length > 0) return [...unreadable, ...problems];
  try {
    makePlan(catalogue, settings);
    return [];
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
};

/** What a person writes where a cure leaves a place open. */
const written: Record<string, string> = {
  "<project>": "acme-shop",
  "<account>": "000000000000",
  "<revision>": "booking-reservas-00001-abc",
  "<name>": "leads-postgres-password",
};

/** The commands of a cure, each of which has to work alone. */
const commandsOf = ({ cure }: Problem): string[] =>
  cure
    .split(/, or (?:(?:without|name) [\w ]+: )?/)
    .map((command) => command.replace(/<\w+>/g, (place) => written[place] ?? `no words for ${place}`));

const local = ["fleet:target: local"];
const cloud = [
  "fleet:target: gcp",
  "fleet:alertEmail: you@example.com",
  "gcp:project: acme-shop",
  "gcp:region: europe-west1",
];

/** One wrong setting of each kind, and where its problem is. */
const wrongs: [what: string, lines: string[], where: string][] = [
  ["a missing target", ["fleet:mariadb: true"], "fleet:target"],
  ["an unknown target", ["fleet:target: aws"], "fleet:target"],
  ["a word for a switch", [...local, "fleet:mariadb: maybe"], "fleet:mariadb"],
  ["a number out of range", [...local, "fleet:portOffset: 70000"], "fleet:portOffset"],
  ["a text of another form", [...local, "fleet:imagePrefix: mirror"], "fleet:imagePrefix"],
  ["an unknown key", [...local, "fleet:hotRelod: true"], "fleet:hotRelod"],
  ["a key of another target", [...local, "fleet:sql: perSystem"], "fleet:sql"],
  ["a text for a list", [...local, 'fleet:systems: "[leads]"'], "fleet:systems"],
  ["a number in a list", [...local, "fleet:systems: [leads, 5]"], "fleet:systems.1"],
  ["a text for a map", [...local, "fleet:secrets: none"], "fleet:secrets"],
  [
    "an empty secret",
    [...local, 'fleet:secrets: { leads-postgres-password: "" }'],
    "fleet:secrets.leads-postgres-password",
  ],
  [
    "a number for a secret",
    [...local, "fleet:secrets: { leads-postgres-password: 7 }"],
    "fleet:secrets.leads-postgres-password",
  ],
  ["a missing place", cloud.slice(0, 3), "cures: gcp:region"],
  ["a wrong place", [...cloud.filter((line) => !line.includes("project")), "gcp:project: Acme"], "cures: gcp:project"],
  ["alerts without a recipient", ["fleet:target: gcp", ...cloud.slice(2)], "fleet:alertEmail"],
  ["an account that lost its zeros", [...cloud, "fleet:messagingAccount: 012345678901"], "fleet:messagingAccount"],
  [
    "half a rotation",
    [...cloud, "fleet:rotations: { booking-reservas-django-secret-key: 0.5 }"],
    "fleet:rotations.booking-reservas-django-secret-key",
  ],
  ["a rotation of nothing", [...cloud, "fleet:rotations: { booking: 1 }"], "fleet:rotations.booking"],
  ["Redis without a network, of systems that nobody named", cloud, "fleet:network"],
  ["Redis without a network", [...cloud, "fleet:systems: [leads]"], "fleet:network"],
  ["messages without an account", [...cloud, "fleet:systems: [marketplace]"], "fleet:messagingAccount"],
  [
    "keys of AWS made by chance",
    [...cloud, "fleet:systems: [marketplace]"],
    "fleet:secrets.marketplace-aws-access-key-id",
  ],
];

/** Runs on a machine without an engine: a stack of this clone, whose file the commands change as a person would. */
describe("the cure of a setting", function () {
  this.timeout(120_000);
  const env = { ...process.env, DOCKER_HOST: "unix:///nowhere/docker.sock" };
  before(() => expect(existsSync(stack.folder), stack.folder).to.equal(false));
  after(() => rmSync(stack.folder, { recursive: true, force: true }));

  for (const [what, lines, where] of wrongs)
    it(`mends ${what}`, async () => {
      write(lines);
      const found = problemsNow();
      const problem = found.find(({ path: at }) => at === where);
      expect(problem, `${where} of ${found.map(({ path: at }) => at).join(", ")}`).to.not.equal(undefined);
      for (const command of commandsOf(problem as Problem)) {
        write(lines);
        const running = promisify(execFile)("sh", ["-c", command], { env, cwd: path.resolve() });
        // What a person types where the command asks for a secret.
        running.child.stdin?.end("hidden\n");
        await running;
        expect(
          problemsNow().map(({ path: at }) => at),
          command,
        ).to.not.include(where);
      }
    });

  it("renames a stack whose name containers cannot bear", async () => {
    write(local);
    const { binary, env: tools } = await setUpCli(stack);
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-rename-"));
    const own = { ...tools, PULUMI_STACK: undefined, PULUMI_BACKEND_URL: `file://${folder}` };
    try {
      writeFileSync(path.join(folder, "Pulumi.yaml"), "name: fleet\nruntime: nodejs\n");
      symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
      await promisify(execFile)(binary, ["stack", "init", "FeatureX"], { env: own, cwd: folder });
      const { problems } = parseSettings({
        stack: "FeatureX",
        project: "fleet",
        config: { "fleet:target": "local" },
        environment: {},
      });
      const command = problems[0]?.cure.replace("<name>", "feature-x") ?? "";
      await promisify(execFile)("sh", ["-c", command], { env: own, cwd: folder });
      const { stdout } = await promisify(execFile)(binary, ["stack", "ls", "--json"], { env: own, cwd: folder });
      expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).to.deep.equal(["feature-x"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("mends a wrong prefix of the environment", async () => {
    const parse = (prefix: string) =>
      parseSettings({
        stack: "dev",
        project: "fleet",
        config: { "fleet:target": "local" },
        environment: { FLEET_IMAGE_PREFIX: prefix },
      }).problems;
    const [problem] = parse("mirror");
    for (const command of commandsOf(problem as Problem)) {
      const { stdout } = await promisify(execFile)("sh", ["-c", `${command}; printf %s "$FLEET_IMAGE_PREFIX"`], {
        env: { ...process.env, FLEET_IMAGE_PREFIX: "mirror" },
      });
      expect(parse(stdout), command).to.deep.equal([]);
    }
  });

  it("mends a docker context that is gone, with docker's own command", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-docker-"));
    writeFileSync(path.join(folder, "config.json"), JSON.stringify({ currentContext: "gone" }));
    const before = { ...process.env };
    Object.assign(process.env, { DOCKER_CONFIG: folder, DOCKER_CONTEXT: "", DOCKER_HOST: "" });
    try {
      const [problem] = contextProblems();
      await promisify(execFile)("sh", ["-c", problem?.cure ?? "false"]);
      expect(contextProblems()).to.deep.equal([]);
    } finally {
      process.env = before;
      rmSync(folder, { recursive: true });
    }
  });
});
