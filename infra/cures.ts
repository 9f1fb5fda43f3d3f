/** A change of one setting in a stack's config. */
export type Change = {
  /** The setting with its namespace, as `fleet:alertEmail`. */
  key: string;
  /** The place inside the setting: an index of a list, a name in a map. */
  at?: number | string;
  /** The new value; left out, the setting (or the place inside it) is removed, or a secret's value is asked for. */
  value?: string;
  /** Whether the value is kept encrypted. */
  secret?: boolean;
};

/**
 * The command that makes a change in the config of a stack of any kind, and the change itself, as two fields of a
 * Problem. Plain `pulumi config set` would look for a throw-away stack's config in the wrong folder. A secret's value is
 * left out, so that the command asks for it: on a command line it would stay in the shell's history.
 */
export const curedBy = ({ stack, ...change }: { stack: string } & Change): { cure: string; change: Change } => {
  const { key, at, secret = false, value } = change;
  const written = value === undefined || secret ? [] : [value];
  const words = [
    ...["./fleet pulumi config", value !== undefined || secret ? "set" : "rm"],
    ...(secret ? ["--secret"] : []),
    // A name in a map may hold characters that mean something in a path.
    ...(at === undefined ? [key] : ["--path", `'${key}[${JSON.stringify(at)}]'`]),
    ...written,
    ...["--stack", stack],
  ];
  return { cure: words.join(" "), change };
};

/** A text as one word of a POSIX shell: quoted where it holds a character that means something there. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
