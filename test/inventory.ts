import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { createRequire } from "node:module";

/** What the SDK keeps has no types. */
const load = createRequire(require.resolve("@pulumi/pulumi"));

/** One resource as the program asked for it; secrets are marked `{ secret: value }`. */
export type Asked = { type: string; name: string; inputs: Record<string, any>; options: Options };

/** What the program asked of Pulumi itself. */
export type Options = { protect: boolean; retainOnDelete: boolean; ignoreChanges: string[] };

/** Exit code and log that one-shot containers report, by logical name; 0 and nothing where it is silent. */
export type Exits = Readonly<Record<string, { exitCode: number | null; containerLogs: string | null }>>;

/** Runs a program against mocks and returns all that it asked for, in order. */
export const inventoryOf = async (
  program: () => Promise<unknown>,
  {
    exits = {},
    preview = false,
    stateOf = () => ({}),
    call = () => ({}),
    stack = "dev",
    quietMs = 150,
  }: {
    exits?: Exits;
    preview?: boolean;
    stateOf?: (resource: Asked) => Record<string, unknown>;
    /** Answers a function that the program calls. */
    call?: (of: { token: string; inputs: Record<string, unknown> }) => Record<string, unknown>;
    stack?: string;
    /** How long nothing new must have come. */
    quietMs?: number;
  } = {},
): Promise<Asked[]> => {
  const asked: Asked[] = [];
  const options = new Map<string, Options>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const resource = { type, name, inputs: plain(inputs), options: options.get(`${type} ${name}`) as Options };
        asked.push(resource);
        const exit = exits[name] ?? { exitCode: 0, containerLogs: "" };
        return {
          id: `${name}-id`,
          state: { ...inputs, ...exit, imageId: `sha256:${name}`, result: `random of ${name}`, ...stateOf(resource) },
        };
      },
      call,
    },
    "fleet",
    stack,
    preview,
    "organization",
  );
  noteOptions(options);
  await program();
  await settled(asked, quietMs);
  return asked;
};

/** Mocks are told of inputs alone: the options are read from the request on its way to them. */
const noteOptions = (options: Map<string, Options>): void => {
  const monitor = pulumi.runtime.getMonitor() as any;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: any, callback: unknown) => {
    const of = {
      protect: request.getProtect() === true,
      retainOnDelete: request.getRetainondelete() === true,
      ignoreChanges: request.getIgnorechangesList() as string[],
    };
    options.set(`${request.getType()} ${request.getName()}`, of);
    return register(request, callback);
  };
};

/** Resources are asked for as what they wait for comes true: done is when nothing new has come for a while. */
const settled = async (asked: readonly Asked[], quietMs: number): Promise<void> => {
  for (let seen = -1; seen !== asked.length;) {
    seen = asked.length;
    await new Promise((resolve) => setTimeout(resolve, quietMs));
  }
};

const SECRET = "4dabf18193072939515e22adb298388d";

/** The wire form of a secret, `{ 4dab...: "1b47061264138c4ac30d75fd1eb44270", value }`, as something to read. */
const plain = (value: any): any => {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  if (SECRET in value) return { secret: plain(value.value) };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
};

/** The one resource of that logical name; fails with the names there are. */
export const one = (asked: readonly Asked[], name: string, type?: string): Asked => {
  const found = asked.filter((resource) => resource.name === name && (type === undefined || resource.type === type));
  expect(
    found,
    `${name} among: ${asked.map((resource) => `${resource.type} ${resource.name}`).join(", ")}`,
  ).to.have.lengthOf(1);
  return found[0] as Asked;
};

/** The resources of that logical name, none of which there need be. */
export const ofName = (asked: readonly Asked[], name: string): Asked[] =>
  asked.filter((resource) => resource.name === name);

/** How many resources of each type. */
export const counts = (asked: readonly Asked[]): Record<string, number> => {
  const types = asked.map(({ type }) => type).sort();
  return Object.fromEntries(types.map((type) => [type, types.filter((other) => other === type).length]));
};

/** Runs a program that is meant to fail in one of its promises, and gives what it asked for and its message. */
export const failing = async (program: () => Promise<Asked[]>): Promise<{ asked: Asked[]; problem: string }> => {
  const listeners = process.listeners("unhandledRejection");
  const problems = new Set<string>();
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (error: Error) => problems.add(error.message));
  try {
    return { asked: await program(), problem: [...problems].join("\n") };
  } finally {
    // What a program that failed still waits for never comes true: Pulumi would call it leaked, and end with 1.
    load("@pulumi/pulumi/runtime/state").getStore().leakCandidates.clear();
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
};
