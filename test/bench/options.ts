import { Command, InvalidArgumentError } from "commander";

export type Options = { runs: number; only: string[]; json: boolean };

/** Reads the command line; a mistake in it is one message, and the end. */
export const readOptions = ({ argv, names }: { argv: readonly string[]; names: readonly string[] }): Options =>
  commandLine(names).parse(argv).opts<Options>();

/** The options of `./fleet bench`; `names` are the things that can be measured. */
export const commandLine = (names: readonly string[]): Command =>
  new Command("./fleet bench")
    .description(
      "Measures, each against the least it could cost, the two in turn; prints medians of seconds and ratios",
    )
    .option("--runs <number>", "how often each is measured", wholeNumber, 10)
    .option("--only <names>", `what to measure, with commas between: ${names.join(",")}`, someOf(names), [...names])
    .option("--json", "print every single number, for programs", false)
    .allowExcessArguments(false);

const wholeNumber = (text: string): number => {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Allowed: a whole number from 1 to 9999, for example --runs 10.");
};

const someOf =
  (names: readonly string[]) =>
  (text: string): string[] => {
    const asked = text.split(",");
    const unknown = asked.filter((name) => !names.includes(name));
    if (unknown.length === 0) return asked;
    throw new InvalidArgumentError(`Allowed: ${names.join(", ")}, for example --only ${names[0]}.`);
  };
