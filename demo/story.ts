import * as z from "zod";
import { read, refusalShape, type Access, type Answer } from "./client";

/** One request of a client, and the expected answer. */
export type Step<T> = {
  did: string;
  ask: () => Promise<Answer>;
  /** The expected one: 200 unless it says otherwise. */
  status?: number;
  shape: z.ZodType<T>;
  /** Throws when the answer is wrong; returns what to print of it. */
  tell: (body: T, answer: Answer) => string;
};

export type Tell = <T>(step: Step<T>) => Promise<T>;

/** A service with a client's token, and the run's own mark in names: data stays. */
export type Visit = Access & { token: string; run: string };

type Refused = { did: string; ask: () => Promise<Answer>; status: number; code: string };

/** A step that the service refuses with this code. */
export const refusal = ({ code, ...of }: Refused): Step<z.infer<typeof refusalShape>> => ({
  ...of,
  shape: refusalShape.refine(({ error }) => error.code === code, `the code is not ${code}`),
  tell: ({ error }) => error.message,
});

/** A shape whose `estado` is this one. */
export const inEstado = <S extends z.ZodRawShape>(shape: z.ZodObject<S>, estado: string) =>
  shape.extend({ estado: z.literal(estado) });

/** The failure of a step that is already printed. */
class Told extends Error {}

/** Prints one line for each step. A failed step ends its chapter, as later steps build on it. */
export class Story {
  steps = 0;
  /** Every failed step with its reason, in their order. */
  readonly failed: { did: string; why: string }[] = [];

  constructor(private readonly print: (line: string) => void) {}

  get failures(): number {
    return this.failed.length;
  }

  async chapter(title: string, walk: (tell: Tell) => Promise<void>): Promise<void> {
    this.print(`\n${title}`);
    try {
      await walk((step) => this.#step(step));
    } catch (error) {
      if (error instanceof Told) return;
      this.failed.push({ did: title, why: messageOf(error) });
      this.print(`  ✗ ${messageOf(error)}`);
    }
  }

  aside(line: string): void {
    this.print(`\n${line}`);
  }

  async #step<T>({ did, ask, status = 200, shape, tell }: Step<T>): Promise<T> {
    this.steps++;
    let answer: Answer | undefined;
    try {
      answer = await ask();
      const body = read(answer, status, shape);
      this.print(`  ✓ ${did}: ${tell(body, answer)}`);
      return body;
    } catch (error) {
      const why = messageOf(error);
      const told = answer && `${answer.asked} -> ${answer.status} ${shortened(answer.body)}`;
      this.failed.push({ did, why: told ? `${why} (${told})` : why });
      this.print(`  ✗ ${did}: ${why}`);
      if (told) this.print(`      ${told}`);
      throw new Told();
    }
  }
}

const shortened = (body: unknown): string => (JSON.stringify(body) ?? "").slice(0, 600);

/** fetch says only "fetch failed", and its cause why; an assertion shows both values below its message. */
const messageOf = (error: unknown): string => {
  const { message: whole, cause } = error as Error & { cause?: { message?: string; code?: string } };
  const [message = ""] = whole.split("\n\n");
  return cause ? `${message}: ${cause.message || cause.code}` : message;
};
