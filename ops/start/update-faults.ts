import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Problem } from "../../infra/problems";
import { inFleet } from "../stack/files";

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

/**
 * The file that an update of a stack writes its events to, one JSON object a line; secrets are masked in it. Pulumi adds
 * to what a killed update left.
 */
export const newEventsFile = (stack: string): string => {
  const file = inFleet("events", `${stack}.jsonl`);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  rmSync(file, { force: true });
  return file;
};

/** Reads the file of an update's events, and removes it: the messages of its errors. */
export const takeErrors = (file: string): string[] => {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  rmSync(file, { force: true });
  return text.split("\n").flatMap(errorIn);
};

/** Each known fault in messages of errors once, with its cure. */
export const faultsIn = (messages: readonly string[]): Problem[] =>
  KNOWN.flatMap(({ says, problem }) => {
    const found = messages.map((message) => says.exec(message)).find((match) => match !== null);
    return found ? [problem(found)] : [];
  });

/** A killed CLI leaves half a line at the end. */
const errorIn = (line: string): string[] => {
  if (!line.endsWith("}")) return [];
  const { diagnosticEvent } = JSON.parse(line) as { diagnosticEvent?: { severity?: string; message?: string } };
  return diagnosticEvent?.severity === "error" ? [diagnosticEvent.message ?? ""] : [];
};
