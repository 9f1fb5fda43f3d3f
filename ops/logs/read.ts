import { Writable } from "node:stream";
import type Docker from "dockerode";
import { demultiplex } from "../../docker/demultiplex";
import { Lines, type Line } from "./line";

export type Source = { service: string; container: string };

/** Where to begin: the last lines, or those since a time (seconds since 1970, with a fraction). */
export type From = { tail?: number; since?: string };

type Reading = { docker: Docker; source: Source; from: From };

/** Everything that a container has printed, in order. */
export const history = async ({ docker, source: { service, container }, from }: Reading): Promise<Line[]> => {
  // Without `follow`, dockerode returns everything at once.
  const raw = await docker.getContainer(container).logs({ ...options(from), follow: false });
  const lines: Line[] = [];
  await read({ stream: [raw], service, emit: (more) => void lines.push(...more) });
  return lines;
};

type Following = Reading & {
  emit: (lines: Line[]) => void;
  /** Ends it before the container does. */
  signal?: AbortSignal;
};

/** Emits every line that a container prints from now on, until it stops. */
export const follow = async ({ docker, source, from, emit, signal }: Following): Promise<void> => {
  const abort = signal === undefined ? {} : { abortSignal: signal };
  const stream = await docker.getContainer(source.container).logs({ ...options(from), ...abort, follow: true });
  await read({ stream, service: source.service, emit });
};

/** The smallest step after a time of the engine's, for `since`: nothing twice, nothing left out. */
export const justAfter = (time: string): string => {
  const [, seconds = "", fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(time) ?? [];
  const nanoseconds = BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0")) + 1n;
  return `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, "0")}`;
};

const options = ({ tail, since }: From) => ({
  stdout: true,
  stderr: true,
  timestamps: true,
  ...(tail !== undefined && { tail }),
  // The engine takes a fraction, which dockerode's types do not know of.
  ...(since !== undefined && { since: since as unknown as number }),
});

type Streamed = {
  stream: AsyncIterable<Buffer | string> | Iterable<Buffer>;
  service: string;
  emit: (lines: Line[]) => void;
};

const read = async ({ stream, service, emit }: Streamed): Promise<void> => {
  const channels = [new Lines(service), new Lines(service)] as const;
  const into = (lines: Lines): Writable =>
    new Writable({ write: (piece: Buffer, _encoding, done) => (emit(lines.push(piece)), done()) });
  await demultiplex({ from: stream, stdout: into(channels[0]), stderr: into(channels[1]) });
  for (const channel of channels) emit(channel.flush());
};
