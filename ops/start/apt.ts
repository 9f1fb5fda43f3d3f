import { machineOf } from "../../infra/machine";
import { refuseWith } from "../../infra/problems";
import { runWithLines } from "../terminal/processes";
import type { Report } from "../terminal/phase";

/** Root on Debian or one of its kin: packages can be installed without asking anybody. */
export const canInstall = (): boolean => {
  const { system, isRoot } = machineOf();
  return system === "debian" && isRoot;
};

type Package = { name: string; what: string; report: Report };

/**
 * Installs a Debian package and what it needs.
 * @throws ProblemsError with apt's lines above it, for `what` a person waits for.
 */
export const aptInstall = async ({ name, what, report }: Package): Promise<void> => {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const aptGet = ({ args, shown }: { args: string[]; shown: RegExp }): Promise<boolean> =>
    runWithLines({ command: "apt-get", args, env, report: (line) => shown.test(line) && report(line) });
  await aptGet({ args: ["update"], shown: /^E:/ });
  const args = ["install", "--yes", "--no-install-recommends", name];
  if (await aptGet({ args, shown: /^(Get:|Setting up|E:)/ })) return;
  refuseWith({
    path: what,
    message: `apt-get could not install ${name} (its lines are above)`,
    cure: `apt-get install ${name}, then run this again`,
  });
};
