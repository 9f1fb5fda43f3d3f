import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ProblemsError, type Problem } from "../../../infra/problems";
import { checkGiven, configGiven } from "../../../ops/stack/given";
import { stackOf } from "../../../ops/stack/stack";

const folder = mkdtempSync(path.join(tmpdir(), "fleet-given-"));
const file = path.join(folder, "Pulumi.mine.yaml");
const command = "./fleet start --stack mine";

type Check = { pairs: string[]; text?: string; exists?: boolean; plan?: Problem[] };

/** Checks `--config` options of a stack that is there, or of one that is yet to be made from a file with that text. */
const problemsOf = ({ pairs, text = "config:\n  fleet:target: local\n", exists = false, plan = [] }: Check) => {
  writeFileSync(file, text);
  const stack = { ...stackOf("mine"), configFile: exists ? file : path.join(folder, "nowhere.yaml") };
  try {
    checkGiven({ stack, file, given: configGiven(pairs), command, planProblems: () => plan });
    return [];
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
};

/** The `--config` options of a command line, as a shell gives them to the command. */
const pairsOf = (cure: string): string[] => {
  const words = execFileSync("sh", ["-c", `printf '%s\\n' ${cure.replace(/<\w+>/g, "word-one")}`], {
    encoding: "utf8",
  });
  return words.split("\n").filter((_, index, all) => all[index - 1] === "--config");
};

describe("settings given on the command line", () => {
  after(() => rmSync(folder, { recursive: true }));

  it("are read by the type of their key, with or without the project's name", () =>
    expect(
      configGiven(["systems=[leads]", "fleet:messagingAccount=000000000000", "gcp:project=0123", "fleet:mariadb=true"]),
    ).to.deep.equal({
      "fleet:systems": '["leads"]',
      "fleet:messagingAccount": "000000000000",
      "gcp:project": "0123",
      "fleet:mariadb": "true",
    }));

  it("are right together with what the stack's file sets", () => {
    expect(
      problemsOf({ pairs: ["fleet:systems=[leads]", "fleet:secrets={leads-postgres-password: x}"] }),
    ).to.deep.equal([]);
    const text = "config:\n  fleet:target: gcp\n  gcp:project: acme-shop\n  gcp:region: europe-west1\n";
    expect(problemsOf({ pairs: ["fleet:alertEmail=a@example.com"], text })).to.deep.equal([]);
    expect(problemsOf({ pairs: ["fleet:hotReload=true", "fleet:alerts=false"], text })[0]?.message).to.include(
      "works with the target local alone",
    );
  });

  const wrong: [pair: string, message: RegExp, cure: string][] = [
    ["fleet:mariadb=maybe", /"maybe" is not a boolean; allowed: true, false/, `${command} --config fleet:mariadb=true`],
    ["fleet:portOffset=many", /"many" is not a whole number/, `${command} --config fleet:portOffset=1000`],
    ["fleet:target=aws", /"aws" is unknown; allowed: local, gcp/, `${command} --config fleet:target=local`],
    ["fleet:systems=leads", /"leads" is not a list/, `${command} --config 'fleet:systems=[all]'`],
    ["fleet:systems=[leads, [meet]]", /\["meet"\] is not a text/, `${command} --config 'fleet:systems=[leads, all]'`],
    ["fleet:systems=[leads", /"\[leads" is not a list/, `${command} --config 'fleet:systems=[all]'`],
    [
      "fleet:secrets={a: x, b: ''}",
      /is empty/,
      `leave out: --config fleet:secrets=..., then ./fleet pulumi config set --secret --path 'fleet:secrets["b"]' --stack mine`,
    ],
    [
      "fleet:secrets=x",
      /is not a map/,
      `leave out: --config fleet:secrets=..., then ./fleet pulumi config set --secret --path 'fleet:secrets["<name>"]' --stack mine`,
    ],
    [
      "fleet:imagePrefix=mirror",
      /is not an image prefix/,
      `${command} --config fleet:imagePrefix=mirror.example/library/`,
    ],
    ["fleet:hotRelod=true", /is not a setting. Did you mean hotReload\?/, "leave out: --config fleet:hotRelod=..."],
    ["fleet:sql=shared and more", /works with the target gcp alone/, "leave out: --config fleet:sql=..."],
  ];
  for (const [pair, message, cure] of wrong)
    it(`are refused before the stack is made: ${pair}`, () => {
      const [problem, ...others] = problemsOf({ pairs: [pair] });
      expect(others).to.deep.equal([]);
      expect(problem?.message).to.match(message);
      expect(problem?.cure).to.equal(cure);
      // The cure itself is accepted.
      expect(problemsOf({ pairs: cure.startsWith("leave out") ? [] : pairsOf(cure) })).to.deep.equal([]);
    });

  it("cure what the file of a new stack lacks or holds too much", () => {
    const text =
      "config:\n  fleet:target: gcp\n  fleet:alerts: false\n  fleet:hotReload: true\n  gcp:region: europe-west1\n";
    const cures = problemsOf({ pairs: [], text }).map(({ cure }) => cure);
    expect(cures).to.have.members([
      `${command} --config 'gcp:project=<project>'`,
      `${command} --config fleet:hotReload=`,
    ]);
    expect(problemsOf({ pairs: cures.flatMap(pairsOf), text })).to.deep.equal([]);
  });

  it("leave the cure in the file where the stack is there and its file is wrong", () => {
    const text = "config:\n  fleet:target: local\n  fleet:portOffset: many\n";
    const [problem] = problemsOf({ pairs: ["fleet:mariadb=true"], text, exists: true });
    expect(problem?.cure).to.equal("./fleet pulumi config set fleet:portOffset 1000 --stack mine");
  });

  it("are told with the problems of the plan, each once", () => {
    const plan = (path: string): Problem => ({ path, message: "is missing", cure: "write it in Pulumi.mine.yaml" });
    const paths = (pairs: string[], ...found: Problem[]) => problemsOf({ pairs, plan: found }).map(({ path }) => path);
    expect(paths(["fleet:mariadb=x"], plan("fleet:network"))).to.deep.equal(["fleet:mariadb", "fleet:network"]);
    expect(paths(["fleet:mariadb=x"], plan("fleet:mariadb"))).to.deep.equal(["fleet:mariadb"]);
    expect(problemsOf({ pairs: ["fleet:systems=[lead]"], plan: [plan("fleet:systems")] })[0]?.cure).to.include(
      `${command} --config 'fleet:systems=<value>'`,
    );
  });

  it("do not mind a value of the file that only its key opens", () => {
    const text = "config:\n  fleet:target: local\n  fleet:imagePrefix:\n    secure: v1:x\n";
    expect(problemsOf({ pairs: ["fleet:mariadb=true"], text, exists: true })).to.deep.equal([]);
  });

  it("name a file that is no YAML", () => {
    const [problem] = problemsOf({ pairs: ["fleet:target=local"], text: "config: [\n", exists: true });
    expect(problem?.path).to.include("Pulumi.mine.yaml");
  });
});
