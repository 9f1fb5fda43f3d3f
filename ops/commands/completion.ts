import { Argument, type Command } from "commander";
import path from "node:path";
import { completions } from "../terminal/completion/words";
import { scriptFor } from "../terminal/completion/scripts";
import type { Register } from "../terminal/command-line";
import { servicesOf } from "../stack/health";
import { knownStacks, stackOf } from "../stack/stack";
import { readState } from "../stack/checkpoint";

export const register: Register = (program) => {
  program
    .command("completion")
    .description('print the shell\'s completion script; for bash: eval "$(./fleet completion bash)"')
    .addArgument(new Argument("<shell>").choices(["bash", "zsh"]))
    .action((shell: "bash" | "zsh") => {
      process.stdout.write(scriptFor({ shell, launcher: path.resolve("fleet") }));
    });
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action((words: string[]) => {
      process.stdout.write(`${suggestions({ program, words }).join("\n")}\n`);
    });
};

const suggestions = ({ program, words }: { program: Command; words: readonly string[] }): string[] => {
  const at = words.findIndex((word) => word === "-s" || word === "--stack");
  const stack = (at >= 0 && words[at + 1]) || "dev";
  return completions({ program, words, stacks: knownStacks, services: () => servicesIn(stack) });
};

const servicesIn = (stack: string): string[] => {
  try {
    const state = readState(stackOf(stack));
    const services = state ? servicesOf(state) : [];
    return [...new Set(services.flatMap(({ system, service }) => [system, `${system}/${service}`]))];
  } catch {
    // An unfinished word is not a valid stack name.
    return [];
  }
};
