import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { Duplex } from "node:stream";
import { tmpdir } from "node:os";
import path from "node:path";

/** A frame of a stream of a container without a terminal: 1 is stdout, 2 stderr. */
export const frame = (stream: 1 | 2, text: string): Buffer => {
  const payload = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
};

export type FakeEngine = { host: string; socket: string; close: () => Promise<void> };

/** Answers over a Unix socket as an engine does. `upgraded` gets the raw connection of an exec, with what was sent on it. */
export const fakeEngine = async ({
  answer,
  upgraded,
}: {
  answer: RequestListener;
  upgraded?: (connection: Duplex, sent: Buffer) => void;
}): Promise<FakeEngine> => {
  const folder = mkdtempSync(path.join(tmpdir(), "fake-engine-"));
  const socket = path.join(folder, "docker.sock");
  const server = createServer(answer);
  server.on("upgrade", (_request, connection: Duplex, head: Buffer) => {
    connection.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    upgraded?.(connection, head);
  });
  await new Promise<void>((ready) => server.listen(socket, ready));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    rmSync(folder, { recursive: true, force: true });
  };
  return { host: `unix://${socket}`, socket, close };
};
