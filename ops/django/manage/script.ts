import type { State } from "../../stack/checkpoint";
import type { Service } from "../../stack/health";
import { runInCloud, type Outcome } from "./cloud";
import { resourceIn } from "./deployed";
import type { Google } from "./google";

type Script = {
  google: Google;
  stack: string;
  state: State;
  service: Pick<Service, "system" | "service" | "container">;
  /** The program that Django's shell runs. */
  program: string;
};

/** Runs a program once in Django's shell, as a deployed service would. Resolves to how it ended, and what it printed. */
export const runScript = async (of: Script): Promise<Outcome & { output: string }> => {
  const { google, stack, state, program } = of;
  const { system, service: name, container } = of.service;
  const lines: string[] = [];
  const outcome = await runInCloud({
    ...{ google, stack, service: { system, name, resource: resourceIn(state, { system, name, container }, stack) } },
    words: ["shell", "--verbosity", "0", "--command", program],
    show: (line) => void lines.push(line),
    report: () => undefined,
  });
  return { ...outcome, output: lines.join("\n") };
};
