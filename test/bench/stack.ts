import type { Plan } from "../../infra/plan/plan";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { catalogue } from "../../infra/catalogue";
import { derivedSecret } from "../../infra/targets/local/secrets";
import { setUp, type Session } from "../../ops/start/set-up";
import { stackOf } from "../../ops/stack/stack";
import { timed, type Command } from "./measure";
import { makePlan } from "../infra/example";

/** A throw-away stack with dev's settings, but its own name, ports, state and data. */
export type BenchStack = {
  name: string;
  systems: readonly string[];
  /** Beside a running dev stack and the tests'; below the ports that Linux hands out by itself. */
  portOffset: number;
  /** Off: it runs the images that prod deploys. */
  hotReload: boolean;
};

/** What a developer works with. */
export const DEVELOPMENT: BenchStack = {
  name: "bench",
  systems: ["callcenter", "leads"],
  portOffset: 24_000,
  hotReload: true,
};

/** The images of every service as prod deploys them. */
export const PRODUCTION: BenchStack = {
  name: "bench-images",
  systems: Object.keys(catalogue),
  portOffset: 17_000,
  hotReload: false,
};

/** Makes the stack; a run that was killed leaves one behind, which goes first. */
export const makeStack = async (of: BenchStack): Promise<Session> => {
  if (existsSync(stackOf(of.name).folder)) {
    await initStack(of);
    await removeStack(of);
  }
  return initStack(of);
};

const initStack = async ({ name, systems, portOffset, hotReload }: BenchStack): Promise<Session> => {
  const stack = stackOf(name);
  mkdirSync(stack.folder, { recursive: true });
  const own = { systems: `[${systems.join(", ")}]`, portOffset, hotReload };
  const settings = Object.entries(own).map(([key, value]) => `  fleet:${key}: ${value}\n`);
  const devs = readFileSync("Pulumi.dev.yaml", "utf8").replace(/^ {2}fleet:(systems|portOffset|hotReload):.*\n/gm, "");
  writeFileSync(stack.configFile, devs.replace("config:\n", `config:\n${settings.join("")}`));
  return setUp({ stack, create: true, hideReady: true });
};

/** What the stack runs, as the program itself plans it. */
export const planOf = ({ env }: Session): Plan =>
  makePlan(catalogue, {
    stack: DEVELOPMENT.name,
    target: "local",
    systems: [...DEVELOPMENT.systems],
    mariadb: false,
    portOffset: DEVELOPMENT.portOffset,
    hotReload: DEVELOPMENT.hotReload,
    forwardedHosts: [],
    imagePrefix: env["FLEET_IMAGE_PREFIX"] ?? "",
    secrets: [],
  });

/** Every secret of the stack: the config's value, or the one made of its seed. */
export const secretsOf = async (session: Session): Promise<(name: string) => string> => {
  const given = await json<Record<string, { objectValue?: Record<string, string> }>>(session, "config", "--json");
  const { deployment } = await json<Export>(session, "stack", "export");
  const result = deployment.resources.find(({ urn }) => urn.endsWith("::secrets-seed"))?.outputs["result"];
  const seed = JSON.parse(result?.plaintext ?? '""') as string;
  const { secrets } = planOf(session);
  return (name) =>
    given["fleet:secrets"]?.objectValue?.[name] ??
    derivedSecret({ seed, name, length: secrets.get(name)?.length ?? 0 });
};

type Export = { deployment: { resources: { urn: string; outputs: Record<string, { plaintext: string }> }[] } };

const json = async <T>({ binary, env, stackArgs }: Session, ...args: string[]): Promise<T> => {
  const flags = args[0] === "config" ? stackArgs : ["--stack", DEVELOPMENT.name];
  const { stdout } = await promisify(execFile)(binary, [...args, "--show-secrets", ...flags], {
    env,
    maxBuffer: 64 << 20,
  });
  return JSON.parse(stdout) as T;
};

/** `./fleet start`, as a person types it. */
export const start = ({ name }: Pick<BenchStack, "name">): Command => ({
  command: "npm",
  args: ["start", "--", "--stack", name],
});

/** Plain Pulumi on the stack, without a preview. */
export const pulumi = ({ binary, env, stackArgs }: Session, action: "up" | "destroy"): Command => ({
  command: binary,
  args: [action, "--yes", "--skip-preview", "--non-interactive", "--suppress-outputs", ...stackArgs],
  env,
});

/** Takes the stack away with its data, whatever an earlier run left of it. */
export const removeStack = ({ name }: BenchStack): Promise<number> =>
  timed({ command: process.execPath, args: ["ops/fleet.cjs", "down", "--stack", name, "--remove-data-of", name] });

/** Removes the data that outlives a destroyed stack, so that the next one starts from nothing but images. */
export const removeVolumes = async ({ docker, stack }: Session): Promise<void> => {
  const { Volumes } = await docker.listVolumes({ filters: { label: [`dev.fleet.stack=fleet/${stack.name}`] } });
  for (const { Name } of Volumes) await docker.getVolume(Name).remove();
};
