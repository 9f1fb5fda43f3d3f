import { styleText } from "node:util";

/** One line of a container's output. `time` is the engine's, RFC 3339 with nanoseconds: text in order of time. */
export type Line = { time: string; service: string; text: string };

/** Splits what arrives in pieces into lines, each with the time that the engine puts in front. */
export class Lines {
  #rest = "";
  readonly #decoder = new TextDecoder();

  constructor(private readonly service: string) {}

  push(piece: Buffer): Line[] {
    const parts = (this.#rest + this.#decoder.decode(piece, { stream: true })).split("\n");
    this.#rest = parts.pop() ?? "";
    return parts.map((part) => this.#line(part));
  }

  /** The last line, if it has no line break. */
  flush(): Line[] {
    const rest = this.#rest;
    this.#rest = "";
    return rest ? [this.#line(rest)] : [];
  }

  #line(raw: string): Line {
    const space = raw.indexOf(" ");
    return { time: raw.slice(0, space), service: this.service, text: raw.slice(space + 1).replace(/\r$/, "") };
  }
}

const COLOURS = ["cyan", "yellow", "green", "magenta", "blue", "cyanBright", "yellowBright", "greenBright"] as const;

type Format = { services: readonly string[]; json: boolean; colour: boolean };

/** How lines are shown: JSON, plain for pipes, or with the service's name in a colour of its own. */
export const formatter = ({ services, json, colour }: Format): ((line: Line) => string) => {
  if (json) return (line) => `${JSON.stringify(line)}\n`;
  const width = Math.max(0, ...services.map((service) => service.length));
  const prefixes = new Map(
    services.map((service, index) => {
      const name = `${service.padEnd(width)} | `;
      const style = COLOURS[index % COLOURS.length] ?? "cyan";
      return [service, colour ? styleText(style, name, { validateStream: false }) : name];
    }),
  );
  return ({ service, text }) => `${prefixes.get(service) ?? `${service} | `}${text}\n`;
};
