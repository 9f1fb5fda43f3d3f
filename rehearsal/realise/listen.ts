import { createServer, type RequestListener, type Server } from "node:http";

/** Answers at a port on loopback and, for containers, on the network's gateway. */
export class Listener {
  readonly #servers: Server[] = [];

  private constructor(readonly port: number) {}

  static async at(of: { port: number; gateway: string | undefined; answer: RequestListener }): Promise<Listener> {
    const listener = new Listener(of.port);
    try {
      for (const host of ["127.0.0.1", ...(of.gateway ? [of.gateway] : [])]) await listener.#listen(host, of.answer);
    } catch (error) {
      await listener.close();
      throw error;
    }
    return listener;
  }

  /** Ends what is under way, too. */
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise<void>((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      ),
    );
  }

  #listen(host: string, answer: RequestListener): Promise<void> {
    const server = createServer(answer);
    // Longer than any service's timeout: that one is kept by the front end.
    server.requestTimeout = 0;
    return new Promise((resolve, reject) => {
      server.once("error", reject).listen({ port: this.port, host, exclusive: true }, () => {
        this.#servers.push(server);
        resolve();
      });
    });
  }
}
