import { rollBack, type Move } from "../roll-out/rollback";
import { exclusively } from "../stack/exclusive";
import type { Stack } from "../stack/stack";
import { collect, withExitCode, type Register } from "../terminal/command-line";
import { confirm } from "../terminal/confirm";
import { tell } from "../terminal/phase";
import { cloudStackOf, openSession } from "./deploy";

type Options = { yes?: boolean; over: string[]; json?: boolean };

export const register: Register = (program) => {
  program
    .command("rollback")
    .description("give the requests of a cloud stack back to the revisions of the last good release")
    .argument("<stack>", "such as prod")
    .option("-y, --yes", "do not ask")
    .option(
      "--over <migration>",
      "the code of before bears this applied migration, as leads.0003_statistics (repeatable)",
      collect,
      [],
    )
    .option("--json", "print what was done as JSON")
    .action(withExitCode(rollback));
};

/** Goes back to the last good release of a cloud stack. Resolves to the exit code. */
export const rollback = async (name: string, options: Options): Promise<number> => {
  const stack = cloudStackOf(name);
  return exclusively({ what: `deploy-${name}`, report: tell("rollback"), work: () => rollBackTo(stack, options) });
};

const rollBackTo = async (stack: Stack, { yes = false, over, json = false }: Options): Promise<number> => {
  const session = await openSession(stack);
  const confirmed = (moves: readonly Move[], unchanged: readonly string[]): Promise<void> =>
    confirm({ what: whatOf(stack, moves, unchanged), word: stack.name, yes });
  const told = await rollBack({ session, over, confirmed });
  const lines = [
    `${told.stack}: ${told.outcome}${told.commit === undefined ? "" : `, to ${told.commit.slice(0, 8)}`}`,
    ...told.why.map((line) => `  ${line}`),
    ...told.services.map(({ service, from, to }) => `  ${service}: from ${from} to ${to}`),
    ...told.unchanged.map((line) => `  as it was: ${line}`),
  ];
  process.stdout.write(json ? `${JSON.stringify(told)}\n` : `${lines.join("\n")}\n`);
  return told.outcome === "taken back" ? 0 : 1;
};

const whatOf = ({ name }: Stack, moves: readonly Move[], unchanged: readonly string[]): string =>
  [
    `gives the requests of ${name} back: ${moves.map(({ id, from, to }) => `${id} from ${from} to ${to}`).join(", ")}`,
    ...unchanged.map((line) => `as it is stays ${line}`),
  ].join("\n  ");
