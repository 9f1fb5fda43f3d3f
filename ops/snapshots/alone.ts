import { exclusively } from "../setup/exclusive";

/** Two commands that copy or replace the data of one stack wait for each other. */
export const withDataOf = <T>({ stack, work }: { stack: string; work: () => Promise<T> }): Promise<T> =>
  exclusively({ report: (line) => void process.stderr.write(`${line}\n`), what: `data-${stack}`, work });
