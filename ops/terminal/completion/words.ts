import type { Command } from "commander";

/** Arguments of these names stand for services. */
const SERVICE_ARGUMENTS = ["service", "services", "systems", "names", "datastore"];

type Completion = { program: Command; words: readonly string[]; stacks: () => string[]; services: () => string[] };

/**
 * The completions of the last word, from the command line's own description. The words are what is typed behind
 * `fleet`, the last one possibly empty.
 */
export const completions = ({ program, words, stacks, services }: Completion): string[] => {
  const typed = words.slice(0, -1);
  const last = words.at(-1) ?? "";
  const { command, rest } = descend({ command: program, rest: typed });
  const before = rest.at(-1) ?? "";
  const candidates =
    before === "-s" || before === "--stack"
      ? stacks()
      : [
          ...namesOf(command),
          ...choicesOf(command),
          ...(takesServices(command) ? services() : []),
          ...flags(last, command),
        ];
  return [...new Set(candidates)].filter((candidate) => candidate.startsWith(last));
};

type Descent = { command: Command; rest: readonly string[] };

/** Descends into the subcommand that the words name; returns it and the remaining words. */
const descend = ({ command, rest }: Descent): { command: Command; rest: readonly string[] } => {
  const [word, ...more] = rest;
  const inner = command.commands.find((each) => each.name() === word || each.aliases().includes(word ?? ""));
  return inner ? descend({ command: inner, rest: more }) : { command, rest };
};

const namesOf = (command: Command): string[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .flatMap((each) => [each.name(), ...each.aliases()]);

const choicesOf = (command: Command): string[] =>
  command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);

const takesServices = (command: Command): boolean =>
  command.registeredArguments.some((argument) => SERVICE_ARGUMENTS.includes(argument.name()));

/** Options are offered only after a dash; otherwise they would hide the words. */
const flags = (last: string, command: Command): string[] =>
  last.startsWith("-")
    ? command
        .createHelp()
        .visibleOptions(command)
        .flatMap(({ long }) => long ?? [])
    : [];
