import assert from "node:assert/strict";
import { MINOR, afterEdit, configOf, edits, FIRST, sourcesOf, type Edit, type Model } from "./edits";
import { standInImagePrefix } from "../../offline/index";
import { inFleet } from "../../ops/stack/files";
import { expectedOf, seen } from "./seen";
import { closeSeries, runSeries, say, tableOf, type Row } from "./series";
import { lostBetween, rowsIn, SoakStack } from "./stack";

const count = Number(process.env.EDITS ?? 500);

describe("random edits of catalogue and settings, on a stack of two with data", () => {
  it(`lose no row and are never silently without effect (${count} edits)`, async function () {
    this.timeout(0);
    const settings = [`fleet:systems=[${FIRST.systems.join(", ")}]`, "fleet:mariadb=true"] as const;
    const edited = new EditedStack(new SoakStack({ folder: inFleet("soak", "edits"), settings }));
    await edited.begin();
    try {
      const entries = await runSeries({
        name: "edits",
        ...{ cases: edits, count },
        describe: ({ kind }: Edit) => kind,
        run: (edit, index) => edited.edit(edit, index),
        afterFailure: () => edited.begin(),
      });
      say(`edits of a stack of two\n${tableOf(entries, { key: "edit" })}`);
      closeSeries(entries, { count });
    } finally {
      edited.stack.end();
    }
  });
});

type Outcome = "applied" | "refused";

/** A stack and the model that it was made by last. */
class EditedStack {
  #model = FIRST;
  #originals = new Map<string, string>();
  #imagePrefix = "";

  constructor(readonly stack: SoakStack) {}

  async begin(): Promise<void> {
    await this.stack.begin();
    await this.#addTags();
    this.#originals = new Map();
    this.#model = FIRST;
    assert.equal(await this.#apply(FIRST), "applied");
  }

  async edit(edit: Edit, index: number): Promise<Row> {
    const { stack } = this;
    await stack.mark(index);
    const before = await stack.sums();
    const next = afterEdit(this.#model, edit);
    const outcome = await this.#apply(next);
    if (outcome === "refused" || edit.undone) assert.equal(await this.#apply(this.#model), "applied", "taken back");
    else this.#model = next;
    assert.deepEqual(lostBetween(before, await stack.sums()), []);
    // A volume that left the catalogue stays on the machine.
    assert.deepEqual(
      (await stack.leftovers()).filter((each) => !/^orphan .*_data$/.test(each)),
      [],
    );
    const applied = outcome === "applied" ? 1 : 0;
    return {
      ...{ edit: edit.kind, "sum applied": applied, "sum refused": 1 - applied },
      ...{ rows: rowsIn(before), "sum rows lost": 0, "sum without effect": 0 },
    };
  }

  /** Makes the stack what the model says; refused is only what names a cure. */
  async #apply(model: Model): Promise<Outcome> {
    const { stack } = this;
    this.#write(model);
    const { status, stdout, stderr } = stack.fleet(["start"]);
    if (status !== 0) {
      assert.match(stdout + stderr, /^ +cure: /m, `start ended with ${status} and names no cure:\n${stdout}${stderr}`);
      say(`refused: ${(stdout + stderr).split("\n").find((line) => line.startsWith("      - "))}`);
      return "refused";
    }
    assert.deepEqual(await seen(stack, model), expectedOf(model));
    return "applied";
  }

  #write(model: Model): void {
    const { stack } = this;
    const original = (file: string): string => {
      const text = this.#originals.get(file) ?? stack.read(file);
      this.#originals.set(file, text);
      return text;
    };
    for (const [file, text] of Object.entries(sourcesOf(model, original)))
      if (stack.read(file) !== text) stack.write(file, text);
    const config = stack.stack.configFile.slice(stack.folder.length + 1);
    stack.write(config, configOf(model, { file: stack.read(config), imagePrefix: this.#imagePrefix }));
  }

  /**
   * Images of the same major versions, which differ from those that are there by a label. Stand-ins get another prefix:
   * under their own the set-up makes each by a recipe.
   */
  async #addTags(): Promise<void> {
    const { docker } = this.stack.machine;
    const names = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
    const standIns = names.filter((name) => name.startsWith(standInImagePrefix));
    this.#imagePrefix = standIns.length > 0 ? PREFIX : "";
    for (const name of standIns) {
      const [repo = "", tag = ""] = name.replace(standInImagePrefix, PREFIX).split(":");
      await docker.getImage(name).tag({ repo, tag });
    }
    for (const [part, major] of [
      ["postgres:", "15"],
      ["redis:", "7"],
      ["mariadb:", "11"],
    ] as const) {
      const name = names.find((each) => new RegExp(`(^|/)${part}${major}(-\\w+)?$`).test(each));
      assert.ok(name, `there is no image of ${part}${major}`);
      const container = await docker.createContainer({ Image: name });
      const wanted = name.replace(standInImagePrefix, PREFIX).replace(`${part}${major}`, `${part}${major}.${MINOR}`);
      const [repo, tag] = wanted.split(":");
      await container.commit({ repo, tag, changes: `LABEL soak=${major}.${MINOR}` });
      await container.remove({ v: true });
    }
  }
}

const PREFIX = "soak/";
