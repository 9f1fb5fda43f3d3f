import { comparisonOf, functionOf, type Reading, type Test } from "./filter-tests";
import { scan, type Token } from "./filter-tokens";
import { invalidArgument } from "./errors";
import type { Resource } from "./store";
import { valuesAt } from "./values";

/** Whether an item is one of those that a filter takes. */
export type Filter = (item: Resource) => boolean;

/** As Logging has it: https://cloud.google.com/logging/quotas. */
const LONGEST = 20_000;
/** Brackets within brackets; nobody writes so many. */
const DEEPEST = 50;

/**
 * Google's language of filters: https://google.aip.dev/160, which Logging and Monitoring have as well. OR binds closer than AND,
 * and terms side by side are joined by AND.
 * @throws ApiError 400 for what is no filter
 */
export const readFilter = (text: string, reading: Reading = {}): Filter => {
  if (text.trim() === "") return () => true;
  if (text.length > LONGEST) throw invalidArgument(`The filter is longer than ${LONGEST} characters.`);
  const reader = new Reader(scan(text), reading);
  const filter = reader.all();
  if (!filter || !reader.isAtEnd) throw invalidArgument(`Invalid filter: ${text}`);
  return filter;
};

/** Each of its methods reads one part of the language, and gives undefined where there is none. */
class Reader {
  #at = 0;
  #depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly reading: Reading,
  ) {}

  get isAtEnd(): boolean {
    return this.#at === this.tokens.length;
  }

  all(): Filter | undefined {
    if (++this.#depth > DEEPEST) return undefined;
    const all = this.#list(
      () =>
        this.#list(
          () => this.#term(),
          () => this.#takes("OR"),
        ),
      () => this.#takes("AND") || !(this.isAtEnd || this.#is(")")),
    );
    this.#depth--;
    return all && ((item) => all.every((any) => any.some((term) => term(item))));
  }

  /** Parts, one after the other while `goesOn`. */
  #list<T>(part: () => T | undefined, goesOn: () => boolean): T[] | undefined {
    const parts: T[] = [];
    do {
      const next = part();
      if (!next) return undefined;
      parts.push(next);
    } while (goesOn());
    return parts;
  }

  #term(): Filter | undefined {
    let isNegative = false;
    while (this.#takes("NOT") || this.#takes("-")) isNegative = !isNegative;
    const term = this.#takes("(") ? this.#closed(this.all()) : this.#comparison();
    return term && ((item) => term(item) !== isNegative);
  }

  #closed<T>(inner: T | undefined): T | undefined {
    return this.#takes(")") ? inner : undefined;
  }

  #comparison(): Filter | undefined {
    const left = this.#is("AND") || this.#is("OR") ? undefined : (this.#next("word") ?? this.#next("text"));
    if (!left) return undefined;
    const operator = this.#next("operator");
    // A value alone is looked for everywhere.
    if (!operator) return (item) => JSON.stringify(item).toLowerCase().includes(left.value.toLowerCase());
    const test = this.#argument(operator.value);
    return test && ((item) => test(valuesAt(item, left.path)));
  }

  #argument(operator: string): Test | undefined {
    if (this.#takes("(")) {
      // field:(a OR b)
      const tests = this.#list(
        () => this.#value(operator),
        () => this.#takes("OR"),
      );
      return this.#closed(tests && ((values) => tests.some((test) => test(values))));
    }
    return this.#value(operator);
  }

  #value(operator: string): Test | undefined {
    const word = this.#next("word") ?? this.#next("text");
    if (!word) return undefined;
    if (!this.#takes("(")) return comparisonOf(operator, word.value, this.reading);
    const given = this.#list(
      () => this.#next("text") ?? this.#next("word"),
      () => this.#takes(","),
    );
    return this.#closed(
      given &&
        functionOf(
          operator,
          word.value,
          given.map(({ value }) => value),
        ),
    );
  }

  #is(value: string): boolean {
    const token = this.tokens[this.#at];
    return token !== undefined && token.kind !== "text" && token.value === value;
  }

  #takes(value: string): boolean {
    if (!this.#is(value)) return false;
    this.#at++;
    return true;
  }

  #next(kind: Token["kind"]): Token | undefined {
    const token = this.tokens[this.#at];
    if (token?.kind !== kind) return undefined;
    this.#at++;
    return token;
  }
}
