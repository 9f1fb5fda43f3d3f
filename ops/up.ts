import { refuse } from "../infra/problems";
import type { RunningStack } from "./running";
import { idOf } from "./select";
import { npm } from "./stack";

/**
 * Refuses to work in a container that does not run.
 * @throws ProblemsError
 */
export const requireUp = async ({
  running: { docker, stack },
  part,
}: {
  running: RunningStack;
  part: { system: string; name: string; container: string };
}): Promise<void> => {
  const state = await stateOf({ docker, container: part.container });
  if (state === "running") return;
  refuse([{ path: idOf(part), message: `its container ${part.container} is ${state}`, cure: npm("start", stack) }]);
};

const stateOf = async ({
  docker,
  container,
}: {
  docker: RunningStack["docker"];
  container: string;
}): Promise<string> => {
  try {
    return (await docker.getContainer(container).inspect()).State.Status;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return "gone";
    throw error;
  }
};
