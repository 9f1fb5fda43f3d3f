import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import type { Hono } from "hono";
import { refuseWith } from "../infra/problems";

export type Listening = { port: number; close: () => void };

/**
 * Lets an app answer on loopback, and on nothing else. `port` 0 takes any that is free.
 * @throws ProblemsError where the port is taken.
 */
export const listenOnLoopback = async ({ app, port }: { app: Hono; port: number }): Promise<Listening> => {
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port });
  await once(server, "listening").catch((error: NodeJS.ErrnoException) =>
    refuseWith({
      path: "--port",
      message: error.code === "EADDRINUSE" ? `${port} is taken` : `${port} cannot be listened on: ${error.message}`,
      cure: "leave --port out: any free one is taken",
    }),
  );
  const close = (): void => {
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
};
