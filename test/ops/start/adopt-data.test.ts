import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProblemsError } from "../../../infra/problems";
import { foreignDataProblems, makersOf } from "../../../infra/targets/local/checkouts";
import { cloneFile, thisClone } from "../../../infra/targets/local/clone";
import { adoptData } from "../../../ops/start/adopt-data";
import type { Stack } from "../../../ops/stack/stack";

const stack = { name: "mine" } as Stack;
const labels = { "dev.fleet.stack": "fleet/mine", "dev.fleet.checkout": "/other", "dev.fleet.clone": "2" };
const volumes = [{ id: "leads_mine_postgres_data", name: "leads_mine_postgres_data", labels }];

describe("taking over another clone's data", () => {
  const before = process.cwd();
  const told: string[] = [];
  const adopt = (maker: string) =>
    adoptData({ stack, maker, inventory: { volumes }, report: (line) => void told.push(line) });
  const refusals = (name: string) => foreignDataProblems({ stack: name, volumes, makers: makersOf(name) });

  beforeEach(() => process.chdir(realpathSync(mkdtempSync(join(tmpdir(), "fleet-adopt-")))));
  afterEach(() => {
    const folder = process.cwd();
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  it("is done by the words that the refusal prints, for this stack alone, and kept", () => {
    const { id } = thisClone();
    const [, maker = ""] = /--adopt-data-of (\S+)$/.exec(refusals("mine")[0]?.cure ?? "") ?? [];
    adopt(maker);
    assert.deepEqual(refusals("mine"), []);
    assert.equal(refusals("other").length, 1);
    assert.equal(thisClone().id, id);
    assert.equal(statSync(cloneFile()).mode & 0o777, 0o600);
    assert.match(told.join(), /data of the stack mine that \/other@2 made belongs to this clone/);
  });

  it("is refused where that clone made none of it, with those that did", () => {
    assert.throws(
      () => adopt("/other"),
      (error: Error) => {
        assert.ok(error instanceof ProblemsError);
        assert.match(error.message, /made by "\/other"; its data was made by: \/other@2/);
        return true;
      },
    );
    assert.equal(refusals("mine").length, 1);
  });

  it("goes for volumes without a label by the word that stands for them", () => {
    const bare = [{ name: "leads_mine_postgres_data", labels: {} }];
    const problems = () => foreignDataProblems({ stack: "mine", volumes: bare, makers: makersOf("mine") });
    assert.match(problems()[0]?.cure ?? "", /--adopt-data-of unlabelled$/);
    adopt("unlabelled");
    assert.deepEqual(problems(), []);
  });
});
