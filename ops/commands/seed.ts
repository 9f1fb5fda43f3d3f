import { refuseWith } from "../../infra/problems";
import { execShown } from "../../docker/exec";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { makePassword, makeTestUser, TEST_USER } from "../django/test-user";
import { openStack } from "../stack/running";
import { idOf, partsOf, selectParts } from "../stack/select";
import { requireState } from "../stack/guards";

type Options = { stack: string; with?: string };

export const register: Register = (program) => {
  withStack(program.command("seed"))
    .description(
      "fill the databases with test data (each service's create_test_data) and make a user to log in as: all systems, or those named",
    )
    .argument("[systems...]")
    .option("--with <arguments>", "arguments for create_test_data, in quotes: --with '--count 1000'")
    .action(withExitCode(seed));
};

/**
 * Runs create_test_data in every web service named, one after the other; each adds to what is there. Each then has a user
 * for its back office, whose password this run makes and tells; a workflow gets none.
 */
export const seed = async (names: readonly string[], { stack, with: given }: Options): Promise<number> => {
  const running = await openStack(stack);
  const webs = selectParts({ names, parts: partsOf(running).filter(({ kind }) => kind === "web") });
  if (given !== undefined && webs.length !== 1)
    refuseWith({
      path: "--with",
      message: `each service has arguments of its own, and ${webs.length} are named`,
      cure: `./fleet seed leads --with '${given}'`,
    });
  await requireState({ running, parts: webs, are: "running" });
  const password = makePassword();
  const places: string[] = [];
  for (const part of webs) {
    process.stderr.write(`${idOf(part)}\n`);
    const command = ["python", "manage.py", "create_test_data", ...(given?.split(/\s+/).filter(Boolean) ?? [])];
    const code = await execShown({ docker: running.docker, container: part.container, command });
    if (code !== 0) return code;
    // A workflow's log is kept, and read by others.
    if (process.env.CI) continue;
    const admin = await makeTestUser({ docker: running.docker, container: part.container, password });
    const url = running.services.find(({ container }) => container === part.container)?.url;
    if (admin !== undefined && url !== undefined) places.push(`${url}${admin}`);
  }
  if (places.length > 0) process.stdout.write(told({ places, password }));
  return 0;
};

const told = ({ places, password }: { places: readonly string[]; password: string }): string =>
  `\nLog in as ${TEST_USER} with the password ${password}; it is told this once, and each ./fleet seed gives another one:\n${places.map((place) => `  ${place}\n`).join("")}`;
