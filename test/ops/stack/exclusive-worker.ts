import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { exclusively } from "../../../ops/stack/exclusive";

/** A command that works alone: writes into a file when its work begins and ends. */
const [what = "", log = "", ms = "0"] = process.argv.slice(2);
const note = (line: string): void => appendFileSync(log, `${line}\n`);

void exclusively({
  report: () => undefined,
  what,
  work: async () => {
    note("begins");
    await sleep(Number(ms));
    note("ends");
  },
});
