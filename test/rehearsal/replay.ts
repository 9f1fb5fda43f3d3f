import { eventually } from "../e2e/project";
import type { Recorded } from "../../ops/verification/record";
import { PLACEHOLDER } from "../../ops/verification/redact";
import { PROJECT, type Answer, type TestCloud } from "./cloud";

type Replaying = {
  cloud: TestCloud;
  record: readonly Recorded[];
  /** What else stands in the record and is another here, such as an image. */
  instead?: Readonly<Record<string, string>>;
};

/** Fields whose values are the server's own: what the record calls so, later requests call by the name that it has here. */
const OWN = ["name", "etag", "uniqueId", "uid", "latestCreatedRevision", "latestReadyRevision", "revision", "version"];

/**
 * Asks the rehearsed cloud what a record asked of Google, in the order in which answers came, and compares the answers in
 * their shape: status, fields and words of errors. Returns each difference as a line.
 */
export const replay = async ({ cloud, record, instead = {} }: Replaying): Promise<string[]> => {
  const own = new Map(Object.entries(instead));
  own.set(PLACEHOLDER.id, PROJECT).set(PLACEHOLDER.number, cloud.rehearsal.cloud.project.number);
  const here = (text: string): string =>
    [...own].sort(([a], [b]) => b.length - a.length).reduce((all, [from, to]) => all.replaceAll(from, to), text);
  const differences: string[] = [];
  for (const [index, { api, verb, path, query, body, status, answer }] of record.entries()) {
    const asked = `${verb} ${api}/${path}${query && `?${query}`}`;
    const sent =
      body === undefined
        ? undefined
        : JSON.stringify(body, (_, value: unknown) => (typeof value === "string" ? here(value) : value));
    const ask = (): Promise<Answer> => cloud.ask(here(asked), sent);
    const isAwaited = verb === "GET" && !isPending(answer);
    // What was over when Google was asked may still be under way here.
    const got = isAwaited ? await eventually(ask, (one) => !isPending(one.body), 60).catch(ask) : await ask();
    const told = (what: string): void => void differences.push(`${index + 1}: ${asked}: ${what}`);
    if (got.status !== status) told(`${status} there, ${got.status} here: ${JSON.stringify(got.body)}`);
    else if (isAwaited && isPending(got.body)) told(`over there, still under way here: ${JSON.stringify(got.body)}`);
    else if (isPending(answer) === isPending(got.body)) comparisonOf(answer, got.body, here).forEach(told);
    learn(own, answer, got.body);
  }
  return differences;
};

/** An operation, an execution or a service that is not settled yet. */
const isPending = (answer: unknown): boolean => {
  const { name, done, status, reconciling } = (answer ?? {}) as Record<string, unknown>;
  const isOperation = typeof name === "string" && /(?:^|\/)operations\//.test(name);
  return (isOperation && done !== true) || status === "RUNNING" || status === "PENDING" || reconciling === true;
};

const comparisonOf = (there: unknown, got: unknown, here: (text: string) => string): string[] => {
  const [a, b] = [fieldsIn(there), fieldsIn(got)];
  const [of, mine] = [errorIn(there), errorIn(got)].map((error) => error && wordsOf(here(error)));
  return [
    ...[...a].filter((field) => !b.has(field)).map((field) => `${field} is missing here`),
    ...[...b].filter((field) => !a.has(field)).map((field) => `${field} is here alone`),
    ...(of === mine ? [] : [`"${of}" there, "${mine}" here`]),
  ];
};

/** "response.labels" and "bindings[].members[]"; what lists hold counts together. */
const fieldsIn = (value: unknown, at = ""): Set<string> => {
  if (Array.isArray(value)) return new Set(value.flatMap((item) => [...fieldsIn(item, `${at}[]`)]));
  if (typeof value !== "object" || value === null) return new Set(at ? [at] : []);
  const inner = Object.entries(value).flatMap(([key, one]) => [...fieldsIn(one, at ? `${at}.${key}` : key)]);
  return new Set([...(at ? [at] : []), ...inner]);
};

const errorIn = (answer: unknown): string | undefined => {
  const { error } = (answer ?? {}) as { error?: { message?: string; status?: string } };
  return error && `${error.status ?? ""} ${error.message ?? ""}`.trim();
};

/** Without what is random in them. */
const wordsOf = (text: string): string => text.replace(/[0-9a-f-]{8,}|\d+/g, "#");

const learn = (own: Map<string, string>, there: unknown, got: unknown): void => {
  if (typeof there !== "object" || typeof got !== "object" || there === null || got === null) return;
  for (const [key, value] of Object.entries(there)) {
    const mine = (got as Record<string, unknown>)[key];
    if (typeof value === "string" && typeof mine === "string" && OWN.includes(key) && value.length > 3) {
      if (value !== mine) own.set(value, mine);
    } else learn(own, value, mine);
  }
};
