import { invalidArgument } from "./errors";

/** A part of a filter: a name or a value without quotes, text in quotes, a comparison, or a sign of its own. */
export type Token = { kind: "word" | "text" | "operator" | "sign"; value: string; path: string[] };

const SPACE = /\s+/y;
const OPERATOR = /<=|>=|!=|=~|!~|[=<>:]/y;
const SIGN = /[(),]|-(?=["(\w])/y;
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y;
/** A field, whose parts may be in quotes: labels."run.googleapis.com/x". */
const PATH = /[\p{L}\p{N}_/@*~+-]+(?:\.(?:[\p{L}\p{N}_/@*~+-]+|"(?:[^"\\]|\\.)*"))*/uy;
/** A value may hold what a field's name does not, such as the colons of a time. */
const VALUE = /[^\s()"',<>=]+/y;

/** @throws ApiError 400 for what is no part of a filter */
export const scan = (text: string): Token[] => {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const before = tokens.at(-1);
    const [kind, found] = tokenAt(text, at, before?.kind === "operator");
    if (found === undefined) throw invalidArgument(`Invalid filter: ${text}`);
    at += found.length;
    if (kind !== "space") tokens.push(tokenOf(kind, found));
  }
  return tokens;
};

const tokenAt = (text: string, at: number, isValue: boolean): [Token["kind"] | "space", string | undefined] => {
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const order = [
    ["space", SPACE],
    ["operator", OPERATOR],
    ["sign", isValue ? /[(),]/y : SIGN],
    ["text", TEXT],
    // A value that a function's name begins goes on as one.
    ["word", isValue ? /[\w.]+(?=\()/y : PATH],
    ["word", VALUE],
  ] as const;
  for (const [kind, pattern] of order) {
    const found = take(pattern);
    if (found !== undefined) return [kind, found];
  }
  return ["word", undefined];
};

const tokenOf = (kind: Token["kind"], found: string): Token => {
  if (kind === "text") return { kind, value: unquoted(found), path: [unquoted(found)] };
  const parts = found.match(/"(?:[^"\\]|\\.)*"|[^."]+/g) ?? [];
  return { kind, value: found, path: parts.map((part) => (part.startsWith('"') ? unquoted(part) : part)) };
};

const unquoted = (text: string): string => text.slice(1, -1).replace(/\\(.)/g, "$1");
