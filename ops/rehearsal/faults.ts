import { refuseWith } from "../../infra/problems";
import { authorized } from "../../rehearsal/access-token";
import type { Place } from "./place";

/** Asks the rehearsed cloud to let something go wrong, each as `key=value,key=value`. */
export const askForFaults = async ({
  place,
  faults,
}: {
  place: Pick<Place, "port" | "folder">;
  faults: readonly string[];
}): Promise<void> => {
  for (const fault of faults) {
    const answer = await fetch(`http://127.0.0.1:${place.port}/_rehearsal/faults`, {
      method: "POST",
      headers: { ...authorized(place.folder), "content-type": "application/json" },
      body: JSON.stringify(parsed(fault)),
    });
    if (answer.ok) continue;
    const { message } = (await answer.json()) as { message: string };
    refuseWith({
      path: "--fault",
      message: `"${fault}" is not a valid fault: ${message.replaceAll("\n", " ")}`,
      cure: "./fleet rehearse --fault kind=error,at=secretmanager.*.create,times=2,status=429,retryAfter=1",
    });
  }
};

/** Takes back what has not happened. */
export const forgetFaults = async ({ port, folder }: Pick<Place, "port" | "folder">): Promise<void> => {
  await fetch(`http://127.0.0.1:${port}/_rehearsal/faults`, { method: "DELETE", headers: authorized(folder) });
};

const NUMBERS = ["times", "status", "retryAfter", "ms"];

export const parsed = (fault: string): Record<string, string | number> =>
  Object.fromEntries(
    fault.split(",").map((pair) => {
      const at = pair.indexOf("=");
      const [key, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return [key, NUMBERS.includes(key) ? Number(value) : value];
    }),
  );
