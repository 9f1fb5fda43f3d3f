import type { Session } from "../../ops/start/set-up";
import { alternate } from "./measure";
import { pulumi, start } from "./stack";
import type { Result } from "./table";

/** The whole of `./fleet start` with nothing to do (set-up, recovery, drift check, update, health), against its update alone. */
export const measureStart = async ({ session, runs }: { session: Session; runs: number }): Promise<Result> => ({
  name: "no-op ./fleet start",
  against: "no-op pulumi up alone",
  aim: "below 10 s",
  ...(await alternate({
    name: "no-op ./fleet start",
    runs,
    ours: start(session.stack),
    theirs: pulumi(session, "up"),
  })),
});
