import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { commandLine } from "../../../ops/main";
import { completions } from "../../../ops/terminal/completion/words";
import { scriptFor } from "../../../ops/terminal/completion/scripts";

const complete = (...words: string[]) =>
  completions({
    program: commandLine(),
    words,
    stacks: () => ["dev", "mine"],
    services: () => ["leads", "leads/web", "meet"],
  });

describe("completion", () => {
  it("offers commands, other names included, none that are hidden", () => {
    assert.deepEqual(complete("sta").sort(), ["stacks", "start", "status"]);
    assert.deepEqual(complete("u"), ["up"]);
    assert.deepEqual(complete("complete"), []);
  });
  it("offers a command's own commands", () => assert.deepEqual(complete("db", "s"), ["shell"]));
  it("offers stacks behind --stack", () => assert.deepEqual(complete("logs", "--stack", ""), ["dev", "mine"]));
  it("offers services where they belong", () => {
    assert.deepEqual(complete("restart", "le"), ["leads", "leads/web"]);
    assert.deepEqual(complete("stacks", ""), []);
  });
  it("offers choices", () => assert.deepEqual(complete("mariadb", "o"), ["on", "off"]));
  it("offers options once a dash is typed", () => assert.deepEqual(complete("logs", "--f"), ["--follow"]));

  for (const typed of ["fleet", "./fleet", "../fleet"])
    it(`works in bash behind ${typed}, whatever else is called fleet`, () => {
      const foreign = "fleet() { echo a stranger; }";
      const script = scriptFor({ shell: "bash", launcher: path.resolve("fleet") });
      // As bash does it: a command with a path is looked up by its name where nothing is registered for the path.
      const lookup = `complete -p '${typed}' &>/dev/null || complete -p "$(basename '${typed}')" >/dev/null`;
      const { stdout, stderr } = spawnSync(
        "bash",
        [
          "-c",
          `${foreign}\n${script}\n${lookup} && COMP_WORDS=(${typed} mar) COMP_CWORD=1 && _fleet && echo "\${COMPREPLY[@]}"`,
        ],
        { encoding: "utf8" },
      );
      assert.equal(stdout.trim(), "mariadb", stderr);
    });
});
