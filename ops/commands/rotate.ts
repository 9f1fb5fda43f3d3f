import path from "node:path";
import { refuse, type Problem } from "../../infra/problems";
import { withExitCode, type Register } from "../terminal/command-line";
import { connectSecrets } from "../rotation/google";
import { askServices, type Answer } from "../rotation/health";
import { configValue, exportState, isUpToDate, setConfig, update } from "../rotation/pulumi";
import {
  heldProblems,
  givenKey,
  pendingProblem,
  rekeyedKey,
  rotationsKey,
  secretProblems,
  unfinished,
  unknownSecrets,
} from "../rotation/rules";
import { hasTwoUsers, isUsed, usedVersions } from "../rotation/versions";
import { setUp, type Session } from "../start/set-up";
import { stackOutputs, type State } from "../stack/checkpoint";
import { heldIn } from "../stack/held";
import { readPublished } from "../stack/published";
import { command, stackOf } from "../stack/stack";

type Options = { stack: string; yes?: boolean; unchecked?: boolean };

export const register: Register = (program) => {
  program
    .command("rotate")
    .description("rotate a secret of a cloud stack: new value, restart its users, disable the old version")
    .argument("[secret]", "its full name; without one, finish an interrupted rotation")
    .option("-s, --stack <name>", "the stack", "prod")
    .option("-y, --yes", "do not ask before the update")
    .option("--unchecked", "also where a service's readiness cannot be checked")
    .action(withExitCode(rotate));
};

/**
 * Gives a secret another value and rolls the revisions that use it, without building anything: counts fleet:rotations up,
 * updates, asks the services whether they are ready, disables the versions before, and gives the database user that rests
 * another password. Without a secret it does the last three steps, for a rotation that was cut off.
 */
export const rotate = async (secret: string | undefined, options: Options): Promise<number> => {
  const { yes = false, unchecked = false } = options;
  const session = await setUp({ stack: stackOf(options.stack), hideReady: true });
  refuse(
    secret === undefined ? sharedProblems(session) : rotationProblems({ session, secret, state: exportState(session) }),
  );
  const code = secret === undefined ? 0 : await rotateTo({ session, secret, yes });
  if (code !== 0) return code;
  const state = exportState(session);
  if (!(await isHealthy({ session, state, unchecked }))) return 1;
  await disableOld(session, state);
  const rekeyed = await rekeyResting({ session, state, yes });
  if (rekeyed !== 0) return rekeyed;
  if (session.stack.kind === "committed")
    tell(
      `Commit ${path.basename(session.stack.configFile)}: an update from a count that is behind takes the rotation back.`,
    );
  return 0;
};

const countOf = (session: Session, secret: string): number => Number(configValue(session, rotationsKey(secret)) ?? 0);

type Target = { session: Session; secret: string; yes: boolean };

const rotateTo = async ({ session, secret, yes }: Target): Promise<number> => {
  const before = countOf(session, secret);
  setConfig(session, rotationsKey(secret), String(before + 1));
  tell(`${secret}: rotation ${before + 1}`);
  const code = await update(session, { yes });
  const { name } = session.stack;
  if (code !== 0)
    tell(
      [
        `The update did not finish; what served before still does, with the version before.`,
        `    to go on:   ./fleet pulumi up --stack ${name}, then ${command("rotate", name)}`,
        `    to go back: ./fleet pulumi config set --path '${rotationsKey(secret)}' ${before} --stack ${name}, then ./fleet pulumi up --stack ${name}`,
      ].join("\n"),
    );
  return code;
};

type Rotation = { session: Session; state: State };

const rotationProblems = ({ session, secret, state }: Rotation & { secret: string }): Problem[] => {
  const { name } = session.stack;
  const published = readPublished({ stack: name, state });
  if (published.source === "state") return [unknownSecrets({ stack: name, why: published.why })];
  const ofSecret = secretProblems({
    ...{ secret, stack: name, known: published.plan.secrets },
    isGiven: configValue(session, givenKey(secret)) !== undefined,
    isUsed: isUsed(state.resources, secret),
  });
  return sharedProblems(session, ofSecret);
};

/** The problems that prevent any rotation; the last check runs a preview, so it comes after all others pass. */
const sharedProblems = (session: Session, before: readonly Problem[] = []): Problem[] => {
  const stack = session.stack.name;
  const problems = [...before, ...heldProblems({ held: heldIn(exportState(session)), stack })];
  return problems.length > 0 || isUpToDate(session) ? problems : [pendingProblem(stack)];
};

const isHealthy = async ({ session, state, unchecked }: Rotation & { unchecked: boolean }): Promise<boolean> => {
  const { env, stack } = session;
  const answers = await askServices({ urls: urlsIn(state), env });
  for (const { url, outcome, detail } of answers) tell(`${outcome.padEnd(8)} ${url} (${detail})`);
  const failing = answers.some(({ outcome }) => outcome === "failing");
  const closed = answers.some(({ outcome }) => outcome === "closed");
  if (!failing && (!closed || unchecked)) return true;
  tell(adviceFor({ answers, name: stack.name, failing }));
  return false;
};

const adviceFor = ({ answers, name, failing }: { answers: Answer[]; name: string; failing: boolean }): string =>
  [
    `The versions before stay enabled: ${answers.filter(({ outcome }) => outcome !== "ready").length} services are not known to be ready.`,
    failing
      ? `    cure: read their logs; when they are ready: ${command("rotate", name)}`
      : `    cure: run this as a service account with roles/run.invoker, or look yourself and then: ${command("rotate", name)} --unchecked`,
  ].join("\n");

const urlsIn = (state: State): string[] => {
  const { services = [] } = stackOutputs(state) as { services?: { url?: string }[] };
  return services.flatMap(({ url }) => url ?? []);
};

const disableOld = async (session: Session, state: State): Promise<void> => {
  const manager = connectSecrets({ accessToken: configValue(session, "gcp:accessToken"), env: session.env });
  for (const { secret, name } of usedVersions(state.resources)) {
    const disabled = await manager.disableOlderThan(name);
    for (const version of disabled) tell(`${secret}: disabled ${version}`);
  }
  tell("Every other version that the stack kept is disabled; gcloud secrets versions enable brings one back.");
};

/**
 * Gives each database user that rests a password that nobody ever had: whoever knows the one before can connect no more.
 * Nothing that runs uses it, so nothing is rolled. Resolves to the exit code.
 */
const rekeyResting = async ({ session, state, yes }: Rotation & { yes: boolean }): Promise<number> => {
  const of = { rotations: countsIn(session, "fleet:rotations"), rekeyed: countsIn(session, "fleet:rekeyed") };
  const left = unfinished({ ...of, hasTwoUsers: (secret) => hasTwoUsers(state.resources, secret) });
  for (const [secret, rotation] of left) {
    setConfig(session, rekeyedKey(secret), String(rotation));
    tell(`${secret}: the database user that rests gets another password too`);
  }
  const code = left.length === 0 ? 0 : await update(session, { yes });
  const { name } = session.stack;
  if (code !== 0)
    tell(
      `The update did not finish: the user that rests may still have the password before. To go on: ./fleet pulumi up --stack ${name}`,
    );
  return code;
};

const countsIn = (session: Session, key: string): Record<string, number> =>
  JSON.parse(configValue(session, key) ?? "{}") as Record<string, number>;

const tell = (line: string): void => void process.stderr.write(`${line}\n`);
