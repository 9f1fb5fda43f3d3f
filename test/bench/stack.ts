import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { makePlan, type Plan } from "../../infra/catalogue/plan";
import { catalogue } from "../../infra/catalogue";
import { derivedSecret } from "../../infra/targets/local/secrets";
import { setUp, type Session } from "../../ops/session";
import { stackOf } from "../../ops/stack";
import { timed, type Command } from "./measure";

export const STACK = "bench";
const SYSTEMS = ["callcenter", "leads"];
/** Beside a running dev stack and the tests'; below the ports that Linux hands out by itself. */
const PORT_OFFSET = 24_000;

/** A throw-away stack with dev's settings, but its own name, ports, state and data. */
export const makeStack = async (): Promise<Session> => {
  const stack = stackOf(STACK);
  mkdirSync(stack.folder, { recursive: true });
  const settings = `config:\n  fleet:systems: [${SYSTEMS.join(", ")}]\n  fleet:portOffset: ${PORT_OFFSET}\n`;
  writeFileSync(stack.configFile, readFileSync("Pulumi.dev.yaml", "utf8").replace("config:\n", settings));
  return setUp({ stack, create: true, quiet: true });
};

/** What the stack runs, as the program itself plans it. */
export const planOf = ({ env }: Session): Plan =>
  makePlan(catalogue, {
    stack: STACK,
    target: "local",
    systems: SYSTEMS,
    mariadb: false,
    portOffset: PORT_OFFSET,
    hotReload: true,
    imagePrefix: env["FLEET_IMAGE_PREFIX"] ?? "",
    secrets: [],
  });

/** Every secret of the stack: the config's value, or the one made of its seed. */
export const secretsOf = async (session: Session): Promise<(name: string) => string> => {
  const given = await json<Record<string, { objectValue?: Record<string, string> }>>(session, "config", "--json");
  const { deployment } = await json<Export>(session, "stack", "export");
  const result = deployment.resources.find(({ urn }) => urn.endsWith("::secrets-seed"))?.outputs["result"];
  const seed = JSON.parse(result?.plaintext ?? '""') as string;
  const lengths = new Map(planOf(session).secrets.map(({ name, length }) => [name, length]));
  return (name) =>
    given["fleet:secrets"]?.objectValue?.[name] ?? derivedSecret({ seed, name, length: lengths.get(name) ?? 0 });
};

type Export = { deployment: { resources: { urn: string; outputs: Record<string, { plaintext: string }> }[] } };

const json = async <T>({ binary, env, stackArgs }: Session, ...args: string[]): Promise<T> => {
  const flags = args[0] === "config" ? stackArgs : ["--stack", STACK];
  const { stdout } = await promisify(execFile)(binary, [...args, "--show-secrets", ...flags], {
    env,
    maxBuffer: 64 << 20,
  });
  return JSON.parse(stdout) as T;
};

/** `npm start`, as a person types it. */
export const start: Command = { command: "npm", args: ["start", "--", "--stack", STACK] };

/** Plain Pulumi on the stack, without a preview. */
export const pulumi = ({ binary, env, stackArgs }: Session, action: "up" | "destroy"): Command => ({
  command: binary,
  args: [action, "--yes", "--skip-preview", "--non-interactive", "--suppress-outputs", ...stackArgs],
  env,
});

/** Takes the stack away with its data, whatever an earlier run left of it. */
export const removeStack = (): Promise<number> =>
  timed({ command: process.execPath, args: ["ops/fleet.cjs", "down", "--stack", STACK, "--remove-data-of", STACK] });

/** Removes the data that outlives a destroyed stack, so that the next one starts from nothing but images. */
export const removeVolumes = async ({ docker }: Session): Promise<void> => {
  const { Volumes } = await docker.listVolumes({ filters: { label: [`dev.fleet.stack=fleet/${STACK}`] } });
  for (const { Name } of Volumes) await docker.getVolume(Name).remove();
};
