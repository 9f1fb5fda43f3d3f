import { openReview } from "../../../ops/review/open";
import { handleSignals } from "../../../ops/terminal/processes";

/** The command as a process of its own, which signals end: `opened.ts <options as JSON>`. */
const run = async (): Promise<void> => {
  handleSignals("Stopped.");
  const options = JSON.parse(process.argv[2] ?? "{}") as Omit<Parameters<typeof openReview>[0], "env">;
  try {
    process.exitCode = await openReview({ ...options, env: process.env });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
};

void run();
