import { once } from "node:events";
import type { Writable } from "node:stream";

type Splitting = {
  from: AsyncIterable<Buffer | string> | Iterable<Buffer>;
  stdout: Writable;
  stderr: Writable;
};

/**
 * Splits the output of a container without a terminal into its streams, no faster than they take it. Resolves at the
 * stream's end. The one of docker-modem never pauses its source: a slow reader would get all of it in memory.
 */
export const demultiplex = async ({ from, stdout, stderr }: Splitting): Promise<void> => {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of from) {
    const { pieces, left } = piecesIn(rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer));
    rest = left;
    for (const { isError, text } of pieces) {
      const into = isError ? stderr : stdout;
      if (!into.write(text)) await once(into, "drain");
    }
  }
};

/** The output of a container without a terminal, both streams in the order in which it came. */
export const textOf = (raw: Buffer): string => Buffer.concat(piecesIn(raw).pieces.map(({ text }) => text)).toString();

type Piece = { isError: boolean; text: Buffer };

/** Docker puts eight bytes before each piece: the stream (1 stdout, 2 stderr), three zeros, and the length. */
const HEADER = 8;

/** The complete pieces; `left` is the beginning of the next one. */
const piecesIn = (raw: Buffer): { pieces: Piece[]; left: Buffer } => {
  const pieces: Piece[] = [];
  let at = 0;
  while (at + HEADER <= raw.length) {
    const end = at + HEADER + raw.readUInt32BE(at + 4);
    if (end > raw.length) break;
    pieces.push({ isError: raw[at] === 2, text: raw.subarray(at + HEADER, end) });
    at = end;
  }
  return { pieces, left: raw.subarray(at) };
};
