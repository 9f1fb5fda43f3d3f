import { describe, type Problem } from "../../infra/problems";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { gatherFacts } from "../doctor/facts";
import { examine } from "../doctor/findings";
import { requireStack } from "../stack/stack";

export const register: Register = (program) => {
  withStack(program.command("doctor"))
    .description("diagnose this machine and the stack; each finding comes with its cure")
    .option("--json", "as JSON")
    .action(withExitCode(doctor));
};

const wellOr = (advice: readonly Problem[]): string => (advice.length > 0 ? `${advice.length} advised` : "well");

/** Diagnoses without changing anything. Resolves to 1 when there are findings. */
export const doctor = async ({ stack, json }: { stack: string; json?: boolean }): Promise<number> => {
  const examinations = examine(await gatherFacts(requireStack(stack)));
  const findings = examinations.flatMap((examination) => examination.findings);
  if (json) process.stdout.write(`${JSON.stringify(examinations, null, 2)}\n`);
  else {
    for (const { what, findings, advice = [], seen } of examinations) {
      const result = findings.length > 0 ? `${findings.length} found` : wellOr(advice);
      process.stdout.write(`${what}: ${result}${seen === undefined ? "" : ` (${seen})`}\n`);
    }
    const advice = examinations.flatMap((examination) => examination.advice ?? []);
    for (const problem of [...findings, ...advice]) process.stdout.write(`\n${describe(problem)}\n`);
  }
  return findings.length > 0 ? 1 : 0;
};
