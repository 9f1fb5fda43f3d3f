import type Docker from "dockerode";
import type { Config } from "../../infra/settings/stack-file";
import { readConfig } from "../stack/config-file";
import { environmentFor, type Tools } from "../stack/environment";
import { DEFAULT_HOST } from "../../docker/connect";
import { refuse } from "../../infra/problems";
import { egressProblems, writeEgress } from "../../infra/targets/egress";
import { ensureBackend, ensureStack } from "./backend";
import { ensureBaseImages } from "./base-images";
import { requireDisk } from "./disk";
import { ensureEngine } from "./engine";
import { exclusively } from "../stack/exclusive";
import { runPhase, tell, type Phase } from "../terminal/phase";
import { ensureTools, type Plugin, type Pulumi } from "./tools";
import type { Stack } from "../stack/stack";

/** A machine that is set up, and a stack on it. */
export type Session = {
  stack: Stack;
  docker: Docker;
  /** The Pulumi CLI itself; the npm package's wrapper would not pass signals on. */
  binary: string;
  /** The environment in which it works on this stack. */
  env: NodeJS.ProcessEnv;
  /** `--stack` and, for a stack with a config file elsewhere, `--config-file`. */
  stackArgs: string[];
};

/** Pulumi's CLI on a stack, without an engine. */
export type CliSession = Omit<Session, "docker">;

type Wanted = {
  stack: Stack;
  create?: boolean;
  hideReady?: boolean;
  /** Settings that this command adds to the stack's. */
  config?: Config;
  /** Official names of base images that are needed besides the catalogue's. */
  images?: readonly string[];
};

/**
 * The one way to a working machine: every step is skipped when done, and starts again where it was cut off.
 * dev is made when it is absent; another throw-away stack only with `create`.
 */
export const setUp = async (of: Wanted): Promise<Session> => {
  const { stack } = of;
  requireDisk({ folder: process.cwd(), neededGiB: 1, what: "working here" });
  const { engine, pulumi, tools } = await exclusively({ report: tell("set-up"), work: () => prepare(of) });
  const env = environmentFor({ stack, tools });
  return { stack, docker: engine.docker, binary: pulumi.binary, env, stackArgs: stackArgsFor(stack) };
};

/** Pulumi's CLI with a stack's environment, for its commands that need neither an engine nor a plugin. */
export const setUpCli = async (stack: Stack): Promise<CliSession> => {
  const prepareCli = async () => {
    const { home, binary } = await toolsOnly([]);
    const tools: Tools = { home, imagePrefix: "", engineHost: DEFAULT_HOST };
    await ensureStack({ stack, tools, binary, create: false, report: tell("backend") });
    return { binary, tools };
  };
  const { binary, tools } = await exclusively({ report: tell("set-up"), work: prepareCli });
  return { stack, binary, env: environmentFor({ stack, tools }), stackArgs: stackArgsFor(stack) };
};

/** Pulumi's CLI and plugins for a preview, which needs no engine and no backend of the project's. */
export const setUpTools = (plugins: readonly Plugin[]): Promise<Pulumi> =>
  exclusively({ report: tell("set-up"), work: () => toolsOnly(plugins) });

const toolsOnly = (plugins: readonly Plugin[]): Promise<Pulumi> => {
  const { signal } = new AbortController();
  return runPhase({ name: "tools", hideReady: true, phase: (report) => ensureTools({ plugins, report, signal }) });
};

const prepare = async ({ stack, create = false, hideReady = false, config = {}, images = [] }: Wanted) => {
  refuse(egressProblems(process.env));
  const step = <T>(name: string, phase: Phase<T>): Promise<T> => runPhase({ name, hideReady, phase });
  const engine = await step("engine", (report) => ensureEngine(report));
  prepareEgress(process.env);
  // Both can take minutes, one mostly computing and the other mostly downloading.
  const [pulumi, imagePrefix] = await together((signal) => [
    step("tools", (report) => ensureTools({ plugins: pluginsFor({ stack, config }), report, signal })),
    step("images", (report) => ensureBaseImages({ stack, config, engine, images, report, signal })),
  ]);
  const tools: Tools = { home: pulumi.home, imagePrefix, engineHost: engine.host };
  await step("backend", (report) => ensureBackend({ stack, tools, binary: pulumi.binary, create, report }));
  return { engine, pulumi, tools };
};

/** What builds and containers need to know of this machine's way to the internet; a rehearsal's own environment hides it. */
const prepareEgress = (env: NodeJS.ProcessEnv): void => {
  for (const proxy of writeEgress(env))
    tell("egress")(`${proxy}: builds and containers do without it, for they do not reach this machine's loopback`);
};

/** Runs two works at once; when one fails, the other is told to stop and the first failure is the one to show. */
const together = async <A, B>(start: (signal: AbortSignal) => [Promise<A>, Promise<B>]): Promise<[A, B]> => {
  const stop = new AbortController();
  const works = start(stop.signal);
  try {
    return await Promise.all(works);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(works);
    throw error;
  }
};

/** dev and throw-away stacks do without Google Cloud's plugin, which is large, unless the target asks for it. */
export const pluginsFor = ({ stack, config }: { stack: Stack; config: Config }): Plugin[] => {
  const target = { ...readConfig(stack.configFile).config, ...config }["fleet:target"];
  return stack.kind === "committed" || target === "gcp" ? ["docker", "random", "gcp"] : ["docker", "random"];
};

const stackArgsFor = ({ name, kind, configFile }: Stack): string[] => [
  "--stack",
  name,
  ...(kind === "own" ? ["--config-file", configFile] : []),
];
