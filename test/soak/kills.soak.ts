import assert from "node:assert/strict";
import { inFleet } from "../../ops/stack/files";
import { kills, startAndKill, type Kill, type Work } from "./kills";
import { closeSeries, runSeries, say, tableOf, type Row } from "./series";
import { lostBetween, rowsIn, SoakStack, type Settings } from "./stack";

const TWO: Settings = ["fleet:systems=[callcenter, leads]", "fleet:mariadb=true"];
const ALL: Settings = ["fleet:mariadb=true"];

describe("an update that is killed at a random moment, with data in every datastore", () => {
  for (const [name, settings, count] of [
    ["two", TWO, Number(process.env.KILLS ?? 140)],
    ["all", ALL, Number(process.env.KILLS_ALL ?? 60)],
  ] as const)
    it(`is mended by the next start (systems: ${name}, ${count} kills)`, async function () {
      this.timeout(0);
      if (count === 0) return;
      const stack = new SoakStack({ folder: inFleet("soak", `kills-${name}`), settings });
      const work = new KilledStack(stack);
      await stack.begin();
      try {
        const entries = await runSeries({
          name: `kills-${name}`,
          ...{ cases: kills, count },
          describe: ({ victim, work, moment }: Kill) => `${victim} at ${Math.round(moment * 100)}% of ${work}`,
          run: (kill, index) => work.kill(kill, index),
          afterFailure: () => stack.begin(),
        });
        say(`kills of an update, systems: ${name}\n${tableOf(entries, { key: "victim" })}`);
        closeSeries(entries, { count });
      } finally {
        stack.end();
      }
    });
});

/** The time that an update of each kind took last, in milliseconds. */
class KilledStack {
  readonly #took: Record<Work, number> = { cold: 30_000, edits: 20_000, image: 30_000 };

  constructor(readonly stack: SoakStack) {}

  async kill({ victim, work, moment }: Kill, index: number): Promise<Row> {
    const { stack } = this;
    await stack.mark(index);
    const before = await stack.sums();
    const afterMs = await this.#landed({ victim, work, moment }, index);

    const began = Date.now();
    const next = stack.fleet(["start"]);
    const nextMs = Date.now() - began;
    assert.equal(next.status, 0, `the next start ended with ${next.status}:\n${next.stdout}${next.stderr}`);
    assert.deepEqual(await stack.leftovers(), []);
    assert.deepEqual(lostBetween(before, await stack.sums()), []);
    await this.#assertConverged(index);
    return {
      ...{ victim, work, "at ms": afterMs, "next start s": Math.round(nextMs / 1000) },
      ...{ tables: Object.keys(before).length, rows: rowsIn(before), "sum rows lost": 0, "sum orphans": 0 },
    };
  }

  /** The moment of the kill. An update that ended before shows how long it takes now: the next try comes sooner. */
  async #landed({ victim, work, moment }: Kill, index: number): Promise<number> {
    const { stack } = this;
    for (let attempt = 0; attempt < 4; attempt++) {
      this.#prepare(work, index, attempt);
      const afterMs = Math.round(this.#took[work] * moment);
      const { machine } = stack;
      const { landed, tookMs, output } = await startAndKill({
        machine,
        start: stack.command(["start"]),
        victim,
        afterMs,
      });
      if (landed) return afterMs;
      assert.ok(tookMs > 0, output);
      this.#took[work] = tookMs * 0.9;
    }
    throw new Error("four updates ended before their kill");
  }

  #prepare(work: Work, index: number, attempt: number): void {
    const { stack } = this;
    const value = `${index}.${attempt}`;
    stack.write(CATALOGUE, edited(this.#original, { value, memory: 512 + 16 * ((index + attempt) % 8) }));
    if (work === "image")
      stack.write(SOURCE, `${stack.read(SOURCE).replace(/\n# soak .*\n$/, "\n")}\n# soak ${value}\n`);
    if (work === "cold") stack.must(["down"]);
  }

  get #original(): string {
    return this.stack.read(CATALOGUE).replace(MARK, "").replace(LIMITS, "");
  }

  async #assertConverged(index: number): Promise<void> {
    const { Config } = await this.stack.machine.docker.getContainer("leads_soak_web").inspect();
    const [mark = ""] = (Config.Env ?? []).filter((each) => each.startsWith("SOAK_MARK="));
    assert.ok(mark.startsWith(`SOAK_MARK=${index}.`), `leads_soak_web has ${mark || "no mark"}, not that of ${index}`);
  }
}

const CATALOGUE = "infra/catalogue/leads.ts";
const SOURCE = "services/leads/manage.py";
const MARK = / {4}SOAK_MARK: .*\n/;
const LIMITS = /, limits: \{ cpu: 1, memory: "\d+Mi" \}/;

/** Another variable of every process of leads, other limits of its web service. */
const edited = (catalogue: string, { value, memory }: { value: string; memory: number }): string =>
  catalogue
    .replace('    REDIS_URL: redisUrl("redis", 0),\n', (line) => `${line}    SOAK_MARK: "${value}",\n`)
    .replace("hostPort: 8086 }", `hostPort: 8086, limits: { cpu: 1, memory: "${memory}Mi" } }`);
