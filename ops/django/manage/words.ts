import { createHash } from "node:crypto";
import { refuse, when } from "../../../infra/problems";
import { command, type Stack } from "../../stack/stack";

/** A management command: the words behind `manage.py`. */
export type Words = readonly string[];

/** The variable from which `createsuperuser --noinput` takes the password (Django's own). */
export const PASSWORD_VARIABLE = "DJANGO_SUPERUSER_PASSWORD";

/** Whether it makes a user, and so needs a password. */
export const makesUser = ([name]: Words): boolean => name === "createsuperuser";

/** The arguments of the container: nobody is there to be asked. */
export const argumentsOf = (words: Words): string[] => [
  ...["python", "manage.py", ...words],
  ...when(makesUser(words) && !words.some((word) => /^--no-?input$/.test(word)), "--noinput"),
];

/** The name of the user that it makes, for the person who will log in. */
export const userIn = (words: Words): string =>
  valueIn(words, "--username") ?? valueIn(words, "--email") ?? "the new user";

const valueIn = (words: Words, option: string): string | undefined => {
  const glued = words.find((word) => word.startsWith(`${option}=`));
  return glued?.slice(option.length + 1) ?? words[words.indexOf(option) + 1 || words.length];
};

/**
 * Refuses what asks somebody at a terminal, which a one-off run does not have, and a password that a log would keep.
 * @throws ProblemsError
 */
export const checkWords = ({ words, stack, env }: { words: Words; stack: Stack; env: NodeJS.ProcessEnv }): void => {
  const [name = "", ...rest] = words;
  const manage = `${command("manage <service>", stack)} --`;
  const isOpenShell = name === "shell" && !rest.some((word) => /^(?:-c.*|--command(?:=.*)?)$/.test(word));
  refuse([
    ...when(isOpenShell || ["dbshell", "changepassword"].includes(name), {
      path: name,
      message: "it asks a person at a terminal, and a one-off run has none; allowed: a command that needs no answer",
      cure: `${manage} ${name === "changepassword" ? OTHER_ADMIN : "shell -c '<program>'"}`,
    }),
    ...when(makesUser(words) && Boolean(env["CI"]), {
      path: name,
      message: "the password would be told to a workflow's log, which is kept and read by others",
      cure: `run it at your own terminal: ${manage} ${OTHER_ADMIN}`,
    }),
  ]);
};

const OTHER_ADMIN = "createsuperuser --username <name> --email <address>";

/** Options whose values are nobody else's to read. */
const SECRET = /pass|secret|token|key|credential/i;

/** The words as they are written down: without programs, which may hold anything, and without values of secret options. */
export const loggedWords = (words: Words): string[] =>
  words.map((word, index) => {
    const [, option, value] = /^(--?[\w-]+)=(.*)$/s.exec(word) ?? [];
    const before = words[index - 1] ?? "";
    if (option !== undefined && value !== undefined) return isHidden(option) ? `${option}=${mark(value)}` : word;
    if (/^-c./s.test(word)) return `-c${mark(word.slice(2))}`;
    return isHidden(before) && !word.startsWith("-") ? mark(word) : word;
  });

const isHidden = (option: string): boolean =>
  option.startsWith("-") && (/^(?:-c|--command)$/.test(option) || SECRET.test(option));

/** Two runs of the same can be told to be the same. */
const mark = (text: string): string =>
  `<${text.length} characters, ${createHash("sha256").update(text).digest("hex").slice(0, 12)}>`;
