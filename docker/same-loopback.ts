import { createServer, type AddressInfo } from "node:net";
import type Docker from "dockerode";
import { ABSENT } from "./refusals";

/**
 * Whether what listens on this machine's loopback is there for the engine too. One in a virtual machine (Docker Desktop,
 * Colima), behind a network of its own (rootless), or beside a dev container has a loopback of its own. The engine is
 * asked for an image of a registry that listens for that long; whether it comes is the answer.
 */
export const sharesLoopback = async (docker: Docker): Promise<boolean> => {
  let hasCome = false;
  const registry = createServer((connection) => {
    hasCome = true;
    connection.destroy();
  });
  await new Promise<void>((ready) => registry.listen(0, "127.0.0.1", ready));
  const { port } = registry.address() as AddressInfo;
  try {
    await docker.getImage(`localhost:${port}/fleet/nothing`).distribution();
  } catch (error) {
    // Podman cannot be asked: it has no such address.
    if (!hasCome && (error as { statusCode?: number }).statusCode === ABSENT) return true;
  } finally {
    registry.close();
  }
  return hasCome;
};
