import type { Problem } from "../../infra/problems";

/** An error that an update meets in the engine, which itself names no cure. */
type Known = { says: RegExp; problem: (found: RegExpExecArray) => Problem };

const RESTART = "restart the engine (sudo systemctl restart docker; of Docker Desktop: Restart in its menu)";

const KNOWN: readonly Known[] = [
  {
    // Ports that another program or container has are refused before an update. Seen with Docker 20.10.
    says: /Bind for (\S+):(\d+) failed: port is already allocated/,
    problem: ([, address, port]) => ({
      path: `port ${port} on ${address}`,
      message: "the engine keeps it for a container that is gone: it was killed while it published the port",
      cure: RESTART,
    }),
  },
  {
    says: /no space left on device/,
    problem: () => ({
      path: "disk of the engine",
      message: "it is full",
      cure: "docker system prune (it keeps volumes)",
    }),
  },
];

/** Each known fault in messages of errors once, with its cure. */
export const faultsIn = (messages: readonly string[]): Problem[] =>
  KNOWN.flatMap(({ says, problem }) => {
    const found = messages.map((message) => says.exec(message)).find((match) => match !== null);
    return found ? [problem(found)] : [];
  });
