import type { Session } from "../../ops/start/set-up";
import { composeFile } from "./compose";
import { composeCommands } from "./compose-program";
import { progress, timed, type Command } from "./measure";
import { containersOf, partsOf } from "./parts";
import { planOf, pulumi, removeVolumes, secretsOf } from "./stack";
import type { Result } from "./table";

/**
 * Bringing everything up from nothing but images, and taking it down again, against Compose with the same containers.
 * The two take turns; only one can have the ports. Begins with the stack up, and leaves it down.
 */
export const measureCold = async ({ session, runs }: { session: Session; runs: number }): Promise<Result[]> => {
  const containers = await containersOf({ docker: session.docker, stack: session.stack.name });
  const file = composeFile(partsOf({ plan: planOf(session), containers, secretOf: await secretsOf(session) }));
  const compose = await composeCommands({ file, env: session.env });
  const up = { ours: [] as number[], theirs: [] as number[] };
  const down = { ours: [] as number[], theirs: [] as number[] };

  await clear(session);
  for (let run = 1; run <= runs; run++) {
    const step = async (name: string, command: Command): Promise<number> => {
      const seconds = await timed(command);
      progress(`cold: ${run}/${runs} ${name} ${seconds.toFixed(2)} s`);
      return seconds;
    };
    up.theirs.push(await step("compose up", compose.up));
    down.theirs.push(await step("compose down", compose.down));
    up.ours.push(await step("pulumi up", pulumi(session, "up")));
    down.ours.push(await step("pulumi destroy", pulumi(session, "destroy")));
    await removeVolumes(session);
  }
  return [
    { name: "cold pulumi up", against: "docker compose up --wait", aim: "ratio up to 1", ...up },
    { name: "pulumi destroy", against: "docker compose down --volumes", ...down },
  ];
};

const clear = async (session: Session): Promise<void> => {
  await timed(pulumi(session, "destroy"));
  await removeVolumes(session);
};
