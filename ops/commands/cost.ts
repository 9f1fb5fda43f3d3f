import { withExitCode, type Register } from "../terminal/command-line";

import type { Options } from "../../cost/month";

export const register: Register = (program) => {
  program
    .command("cost")
    .description(
      "estimate a month of a cloud stack at low, medium and high traffic, and the difference to a base branch",
    )
    .option("-s, --stack <name>", "the stack", "prod")
    .option("-b, --base <ref>", "what to compare with (default: origin/main, else main)")
    .option("--json", "as JSON")
    .action(withExitCode(cost));
};

/** The estimate is loaded late: no other command needs it and the table of prices. */
const cost = async (options: Options): Promise<number> => {
  const { month } = await import("../../cost/month");
  return month(options);
};
