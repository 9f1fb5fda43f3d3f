import { alternate, type Command } from "./measure";
import type { Result } from "./table";

/** Loading the compiled program in node, as Pulumi does before it runs it, against loading Pulumi's SDK alone. */
export const measureLoad = async ({ runs }: { runs: number }): Promise<Result> => ({
  name: "program load",
  against: "@pulumi/pulumi alone",
  ...(await alternate({
    name: "program load",
    runs,
    ours: requiring("./stacks/entry.cjs"),
    theirs: requiring("@pulumi/pulumi"),
  })),
});

const requiring = (module: string): Command => ({
  command: process.execPath,
  args: ["--eval", `require(${JSON.stringify(module)})`],
});
