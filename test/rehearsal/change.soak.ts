import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ChangeReport } from "../../ops/change/rehearse-change";
import { inFleet, readJson } from "../../ops/stack/files";
import { removeRehearsalLeftovers } from "../leftovers";
import { closeSeries, runSeries, say, tableOf, type Row } from "../soak/series";
import { HARMFUL } from "./changes/harmful";
import { HARMLESS } from "./changes/harmless";
import type { PlantedChange } from "./changes/planted";

/** What is harmless has to be called so each time. */
const TIMES = 5;
/** Each kind is a series of its own, which mocha's --grep can choose. */
const KINDS: Record<string, readonly PlantedChange[]> = {
  harmless: Array.from({ length: TIMES }, () => HARMLESS).flat(),
  harmful: HARMFUL,
};

const EXIT_CODES = { safe: 0, unsafe: 1, window: 1, "not judged": 1 } as const;

/** A clone of this checkout, in which changes are planted and rehearsed from its first commit. */
describe("the rehearsal of a change", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-change-"));

  const git = (...args: string[]): string => {
    const identity = ["-c", "user.name=Soak", "-c", "user.email=soak@example.com"];
    const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  /** The base of all changes is made once, and kept; one that is spoilt has a place of its own. Clients have ports from 32768 on. */
  const KEPT = ["--stack", "changes", "--port", "25100"];
  const SPOILT = ["--stack", "spoilt", "--port", "25300"];
  const fleet = (...args: string[]) =>
    spawnSync(process.execPath, ["ops/fleet.cjs", "rehearse", ...args], {
      ...{ cwd: folder, encoding: "utf8", maxBuffer: 64 << 20 },
    });

  before(async () => {
    for (const [, name] of [KEPT, SPOILT]) await removeRehearsalLeftovers(`fleet-${name}`);
    git("clone", "--quiet", "--shared", path.resolve(), ".");
    symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
    mkdirSync(path.join(folder, ".fleet", "pulumi"), { recursive: true });
    cpSync(inFleet("setup.json"), path.join(folder, ".fleet", "setup.json"));
    for (const part of ["plugins", "versions"])
      symlinkSync(inFleet("pulumi", part), path.join(folder, ".fleet", "pulumi", part));
  });
  after(() => {
    for (const place of [KEPT, SPOILT]) fleet("--destroy", ...place);
    rmSync(folder, { recursive: true, force: true });
  });

  const plant = ({ files }: PlantedChange): void => {
    for (const [file, text] of Object.entries(files)) {
      const at = path.join(folder, file);
      writeFileSync(at, typeof text === "string" ? text : text(readFileSync(at, "utf8")));
    }
    git("add", "--all");
  };

  const rehearsed = (change: PlantedChange): Row => {
    git("reset", "--quiet", "--hard", "origin/HEAD");
    git("clean", "--quiet", "-d", "--force", "services", "infra");
    plant(change);
    if (change.spoilsBase) git("commit", "--quiet", "--message", "Spoilt");
    const place = change.spoilsBase ? SPOILT : [...KEPT, "--keep"];
    const { status, stdout, stderr } = fleet("--from", "HEAD", "--systems", "meet", "--no-base-tests", ...place);
    const report = readJson<ChangeReport>(path.join(folder, ".fleet", "change", `${place[1]}.json`));
    const { rollOut, goBack } = report?.verdicts ?? {};
    const said = JSON.stringify({ rollOut, goBack });
    const expected = [change.rollOut, change.goBack];
    assert.deepEqual([rollOut?.verdict, goBack?.verdict], expected, `${said}\n${stdout}\n${stderr}`.slice(0, 6000));
    if (change.says) assert.match([...rollOut!.why, ...goBack!.why].join("\n"), change.says);
    assert.equal(status, change.spoilsBase ? 2 : Math.max(EXIT_CODES[change.rollOut], EXIT_CODES[change.goBack]));
    return { what: change.what, seconds: report!.seconds };
  };

  for (const [kind, cases] of Object.entries(KINDS))
    it(`says of each of ${cases.length} ${kind} changes what has to be said`, async function () {
      this.timeout(0);
      const entries = await runSeries({
        ...{ name: `changes-${kind}`, cases, count: cases.length },
        describe: ({ what, rollOut, goBack }) => `${what} (${rollOut} to roll out, ${goBack} to go back)`,
        run: (change) => Promise.resolve().then(() => rehearsed(change)),
        // The next one begins with a base that nothing has gone wrong on.
        afterFailure: () => Promise.resolve(void fleet("--destroy", ...KEPT)),
      });
      say(`${kind}\n${tableOf(entries, { key: "what" })}`);
      closeSeries(entries, { count: cases.length });
    });
});
