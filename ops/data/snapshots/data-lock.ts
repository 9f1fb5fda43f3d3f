import { exclusively, ownerOf } from "../../stack/exclusive";

/** Two commands that copy or replace the data of one stack wait for each other. */
export const withDataOf = <T>({ stack, work }: { stack: string; work: () => Promise<T> }): Promise<T> =>
  exclusively({ report: (line) => void process.stderr.write(`${line}\n`), what: whatOf(stack), work });

/** The living process that copies or replaces the stack's data, if any. */
export const atDataOf = (stack: string): number | undefined => ownerOf(whatOf(stack));

const whatOf = (stack: string): string => `data-${stack}`;
