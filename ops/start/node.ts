import { when, type Problem } from "../../infra/problems";

/**
 * The days until which lines of Node get security fixes (github.com/nodejs/Release, read on 2026-11-28). A line that is not
 * here is newer than this list.
 */
const FIXED_UNTIL: Readonly<Record<string, string>> = {
  20: "2026-04-30",
  21: "2024-06-01",
  22: "2027-04-30",
  23: "2025-06-01",
  24: "2028-04-30",
  25: "2026-06-01",
  26: "2029-04-30",
};

type Running = { version?: string; today?: Date };

/** Advice for a Node that the launcher takes, and that gets no fixes any more. */
export const nodeAdvice = ({ version = process.versions.node, today = new Date() }: Running = {}): Problem[] => {
  const until = FIXED_UNTIL[version.split(".")[0] ?? ""];
  return when(until !== undefined && today.toISOString().slice(0, 10) > until, {
    path: `Node ${version}`,
    message: `it works here, but gets no security fixes since ${until ?? ""}`,
    cure: "install Node 24, for example with: nvm install 24",
  });
};
