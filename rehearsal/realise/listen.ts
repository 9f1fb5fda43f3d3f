import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";

export type Listener = { close: () => Promise<void> };

type Listening = { port: number; gateway: string | undefined; answer: RequestListener };

/** Answers at a port on loopback and, for containers, on the network's gateway. */
export const listenAt = async ({ port, gateway, answer }: Listening): Promise<Listener> => {
  const servers: Server[] = [];
  const close = async (): Promise<void> => void (await Promise.all(servers.map(closed)));
  try {
    for (const host of ["127.0.0.1", ...(gateway ? [gateway] : [])]) {
      const server = createServer(answer);
      // Longer than any service's timeout: that one is kept by the front end.
      server.requestTimeout = 0;
      await once(server.listen({ port, host, exclusive: true }), "listening");
      servers.push(server);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
};

/** Ends what is under way, too. */
const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
