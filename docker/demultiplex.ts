import { once } from "node:events";
import type { Writable } from "node:stream";

/**
 * Writes what a container without a terminal prints to where it belongs, no faster than that takes it. Docker puts eight
 * bytes before each piece: the stream (1 stdout, 2 stderr), three zeros, and the length. Resolves at the stream's end.
 */
export const demultiplex = async ({
  from,
  stdout,
  stderr,
}: {
  from: AsyncIterable<Buffer | string> | Iterable<Buffer>;
  stdout: Writable;
  stderr: Writable;
}): Promise<void> => {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of from) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    let at = 0;
    while (at + HEADER <= rest.length) {
      const end = at + HEADER + rest.readUInt32BE(at + 4);
      if (end > rest.length) break;
      const into = rest[at] === 2 ? stderr : stdout;
      if (!into.write(rest.subarray(at + HEADER, end))) await once(into, "drain");
      at = end;
    }
    rest = rest.subarray(at);
  }
};

const HEADER = 8;
