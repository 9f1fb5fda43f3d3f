import { randomBytes } from "node:crypto";
import os from "node:os";
import { isLoopback } from "../../infra/loopback";
import { REVIEW_BASE, reviewNumber } from "../../infra/naming";
import { refuseWith } from "../../infra/problems";
import { runInCloud, type Outcome } from "../django/manage/cloud";
import { resourceIn } from "../django/manage/deployed";
import { connectGoogle } from "../django/manage/google";
import { argumentsOf, checkWords, loggedWords, makesUser, PASSWORD_VARIABLE, userIn } from "../django/manage/words";
import { runOneOff } from "../django/one-off";
import { makePassword } from "../django/test-user";
import { configValue, exportState } from "../rotation/pulumi";
import { setUpCli } from "../start/set-up";
import { isCloud } from "../stack/environment";
import { requireState } from "../stack/guards";
import { note } from "../stack/journal";
import { readPublished } from "../stack/published";
import { openStack } from "../stack/running";
import { idOf, partsOf, selectService, type Part } from "../stack/select";
import { requireStack, type Stack } from "../stack/stack";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { tell } from "../terminal/phase";

export const register: Register = (program) => {
  withStack(program.command("manage"))
    .description(
      "run a management command once, as a service would: manage usuarios --stack prod -- createsuperuser ...",
    )
    .argument("<service>")
    .argument("<command...>", "behind --: the words that follow manage.py")
    .action(
      withExitCode((service: string, words: string[], { stack }: { stack: string }) =>
        manage({ service, words, stack }),
      ),
    );
};

type Asked = { service: string; words: readonly string[]; stack: string };

/**
 * Runs a management command once: on Google Cloud as a job of the service's own image, account and environment, in Docker
 * in a container like the service's. A user that it makes gets a password, which is told once. Resolves to the command's
 * exit code; who ran what is in the journal.
 */
export const manage = async ({ service, words, stack: name }: Asked): Promise<number> => {
  const stack = requireStack(name);
  checkWords({ words, stack, env: process.env });
  const password = makesUser(words) ? makePassword() : undefined;
  const { part, run } = await (isCloud(stack) ? inCloud : inDocker)(stack, service);
  const noted = { stack: name, run: randomBytes(4).toString("hex"), service: idOf(part), words: loggedWords(words) };
  const person = os.userInfo().username;
  note({ ...noted, step: "began", who: person });
  const { exitCode, who, failure } = await run({ words, ...(password !== undefined && { password }) }).catch(
    (error: Error) => {
      note({ ...noted, step: "ended", who: person, failure: error.message });
      throw error;
    },
  );
  note({ ...noted, step: "ended", who: who || person, exitCode, ...(failure !== undefined && { failure }) });
  if (failure !== undefined) process.stderr.write(`${idOf(part)}: ${failure}\n`);
  if (password !== undefined && exitCode === 0)
    process.stdout.write(`\nLog in as ${userIn(words)} with the password ${password}; it is told this once.\n`);
  return exitCode;
};

type Ready = {
  part: Part;
  run: (of: { words: readonly string[]; password?: string }) => Promise<Outcome>;
};

const inDocker = async ({ name }: Stack, service: string): Promise<Ready> => {
  const running = await openStack(name);
  const part = selectService({ name: service, parts: partsOf(running) });
  await requireState({ running, parts: [part], are: "made" });
  const run: Ready["run"] = async ({ words, password }) => {
    const env = password === undefined ? [] : [`${PASSWORD_VARIABLE}=${password}`];
    const command = argumentsOf(words);
    return { exitCode: await runOneOff({ docker: running.docker, container: part.container, command, env }), who: "" };
  };
  return { part, run };
};

const PAUSE_MS = 2000;

const inCloud = async (stack: Stack, service: string): Promise<Ready> => {
  const session = await setUpCli(stack);
  await requireRehearsal(stack, session.env);
  const state = exportState(session);
  const { plan } = readPublished({ stack: stack.name, state });
  const parts = plan.services.map(({ system, name, kind, container }) => ({ system, name, kind, container }));
  const part = selectService({ name: service, parts });
  const resource = resourceIn(state, part, stack.name);
  const google = connectGoogle({
    accessToken: configValue(session, "gcp:accessToken"),
    env: session.env,
    pauseMs: PAUSE_MS,
  });
  const shown = { show: (line: string) => void process.stdout.write(`${line}\n`), report: tell("manage") };
  return {
    part,
    run: (of) => runInCloud({ ...of, ...shown, google, stack: stack.name, service: { ...part, resource } }),
  };
};

/** The command that starts the rehearsed cloud of a stack again. */
const startOf = (name: string): string => {
  if (name === REVIEW_BASE || reviewNumber(name) !== undefined) return "./fleet review base --rehearsed";
  return `./fleet rehearse --keep${name === "rehearsal" ? "" : ` --stack ${name}`}`;
};

/** A rehearsed cloud that was not kept has ended; asked as Google is, it would be waited for. */
export const requireRehearsal = async ({ name }: Stack, env: NodeJS.ProcessEnv): Promise<void> => {
  const { GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT: url = "" } = env;
  if (!isLoopback(url)) return;
  const answers = await fetch(url).then(
    () => true,
    () => false,
  );
  if (!answers)
    refuseWith({
      path: `stack ${name}`,
      message: "it is on a rehearsed cloud, which does not run now",
      cure: startOf(name),
    });
};
