import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { refuseWith } from "../../infra/problems";
import { addressesIn, faultsIn, fetchReport, reportLines } from "../rehearsal/report";
import type { Place } from "../rehearsal/place";
import { isKept } from "../rehearsal/server";
import { isKeptBase } from "./kept-base";
import { checkedOut, commitOf } from "./base";
import { inFleet } from "../stack/files";
import { markdownOf, WORDS } from "./markdown";
import { Interrupted, rehearseChange, type ChangeReport, type Changing } from "./rehearse-change";
import type { Touched } from "./touched";
import { notJudged } from "./verdict";

/** The exit code after Ctrl-C. */
export const INTERRUPTED = 130;

type Print = (line: string) => void;

type Checking = Pick<Changing, "place" | "ref" | "given" | "testData" | "snapshot"> & { faults: readonly string[] };

/** @throws ProblemsError before anything is touched */
export const checkChange = (of: Checking): void => {
  const { place, ref, faults, given, testData, snapshot } = of;
  const { commit } = commitOf(ref);
  if (isKept(place) && !isKeptBase(place, { commit, given, testData, snapshot }))
    refuseWith({
      path: `stack ${place.stack.name}`,
      message: "it was kept, and began otherwise: from another commit, or with other settings or test data",
      cure: `./fleet rehearse --destroy --stack ${place.stack.name}, or give this one another name and port: --stack <name> --port <number>`,
    });
  if (faults.length === 0) return;
  refuseWith({
    path: "--fault",
    message: "a fault would be taken for the change's; allowed with --from: none",
    cure: `./fleet rehearse --from ${ref}`,
  });
};

/** Rehearses the change and tells its verdicts: 0 where both are safe, 2 where it could not be judged, else 1. */
export const tellChange = async ({ print, ...changing }: Changing & { print: Print }): Promise<number> => {
  const began = new Date();
  const report = await rehearseChange(changing).catch((error: Error) => {
    if (error instanceof Interrupted) return undefined;
    throw error;
  });
  if (report === undefined) {
    print("It was interrupted, so nothing is judged; the next run begins anew.");
    return INTERRUPTED;
  }
  const { place, keep } = changing;
  const files = keepReport(report, place.stack);
  print(markdownOf(report));
  print(`Kept in ${path.relative("", files.markdown)} and ${path.relative("", files.json)}`);
  if (keep) {
    addressesIn(place).forEach(print);
    print(`It stays for a look. To take all away: ./fleet rehearse --destroy --stack ${place.stack.name}`);
  }
  if (report.measured === undefined) return 2;
  const told = await fetchReport({ place, since: began });
  const isFaulty = faultsIn(told) > 0;
  if (isFaulty) reportLines(told, report.seconds).forEach(print);
  const verdicts = Object.values(report.verdicts).map(({ verdict }) => verdict);
  return verdicts.every((verdict) => verdict === "safe") && !isFaulty ? 0 : 1;
};

type Untouched = { ref: string; place: Place; touched: Touched; print: Print };

/** Tells of a change that concerns nothing that prod runs. */
export const tellUntouched = ({ ref, place, touched, print }: Untouched): number => {
  const { commit, subject } = commitOf(ref);
  const why = `nothing that prod runs differs from ${ref}`;
  const verdicts = notJudged(why);
  keepReport({ from: { ref, commit, subject }, to: checkedOut(), touched, verdicts, seconds: 0 }, place.stack);
  print(`Nothing is rehearsed: ${why}.`);
  return 0;
};

/** Keeps the report by the stack's name: for people and pull requests, for programs, and its verdicts in words alone. */
export const keepReport = (report: ChangeReport, { name }: { name: string }): { json: string; markdown: string } => {
  const folder = inFleet("change");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [json, markdown, words] = ["json", "md", "txt"].map((kind) => path.join(folder, `${name}.${kind}`)) as Files;
  const { rollOut, goBack } = report.verdicts;
  writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(markdown, markdownOf(report));
  writeFileSync(words, `to roll out: ${WORDS[rollOut.verdict]}\nto go back: ${WORDS[goBack.verdict]}\n`);
  return { json, markdown };
};

type Files = [json: string, markdown: string, words: string];
