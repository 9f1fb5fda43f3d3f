import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { isTaken } from "../../../docker/ports";
import { CHECKOUT_LABEL, STACK_LABEL } from "../../../infra/targets/local/labels";
import { refuseWith } from "../../../infra/problems";
import { readState } from "../../stack/checkpoint";
import { settingsOf } from "../../stack/config-file";
import { readPublished } from "../../stack/published";
import { ownStack, type Stack } from "../../stack/stack";
import { everyPort, publishedPorts } from "./wanted";

/** From 32768 on Linux gives ports to outgoing connections; the catalogue's highest stays below with these. */
const HIGHEST_PORT = 32_767;
const STEP = 100;

/**
 * A port offset for a throw-away stack that has none: the lowest whose ports meet no other stack, running, stopped or
 * down, of this clone or another, and nothing else that listens now.
 * @throws ProblemsError when there is none left.
 */
export const pickOffset = async ({ docker, stack }: { docker: Docker; stack: Stack }): Promise<number> => {
  // Every system's ports count, for one that is switched on later.
  const wanted = everyPort(0).map(({ port }) => port);
  const offset = await firstFree({ wanted, reserved: await reservedPorts({ docker, stack }), isTaken });
  if (offset === undefined)
    refuseWith({
      path: "fleet:portOffset",
      message: `no offset in steps of ${STEP} leaves all ${wanted.length} ports free`,
      cure: `take unused stacks down (./fleet stacks lists them), or give one: --config fleet:portOffset=<number>`,
    });
  return offset;
};

type Asking = (port: number) => Promise<boolean>;
type Ports = { wanted: readonly number[]; reserved: ReadonlySet<number>; isTaken: Asking };

/** The lowest offset of which no port is reserved, and then none taken. */
export const firstFree = async (of: Ports): Promise<number | undefined> => {
  for (let offset = STEP; Math.max(...of.wanted) + offset <= HIGHEST_PORT; offset += STEP) {
    const ports = of.wanted.map((port) => port + offset);
    if (ports.some((port) => of.reserved.has(port))) continue;
    if (!(await Promise.all(ports.map(of.isTaken))).some(Boolean)) return offset;
  }
  return undefined;
};

/** The ports that other stacks publish, or would publish once started again. */
const reservedPorts = async ({ docker, stack }: { docker: Docker; stack: Stack }): Promise<Set<number>> => {
  const containers = await docker.listContainers({ all: true, filters: { label: [STACK_LABEL] } });
  const clones = new Set([process.cwd(), ...containers.flatMap(({ Labels }) => Labels[CHECKOUT_LABEL] ?? [])]);
  const others = [...clones].flatMap(stacksOf).filter(({ configFile }) => configFile !== stack.configFile);
  return new Set([
    ...containers.flatMap(({ Ports }) => Ports.flatMap(({ PublicPort }) => PublicPort ?? [])),
    ...others.flatMap(portsOf),
  ]);
};

/** The ports of the published plan; where there is none, all that the config could ever use. */
export const portsOf = (stack: Stack): number[] => {
  const state = readState(stack);
  const published = state && readPublished({ stack: stack.name, state });
  const ports =
    published?.source === "record"
      ? publishedPorts(published.plan)
      : everyPort(settingsOf(stack.configFile).portOffset);
  return ports.map(({ port }) => port);
};

/** A clone's stacks that run on this machine: dev and the throw-away ones. */
const stacksOf = (clone: string): Stack[] => {
  const fleet = path.join(clone, ".fleet");
  const folder = path.join(fleet, "stacks");
  const own = (existsSync(folder) ? readdirSync(folder) : []).map((name) => ownStack({ name, fleet }));
  const configFile = path.join(clone, "Pulumi.dev.yaml");
  const dev: Stack = { name: "dev", kind: "dev", folder: clone, configFile, backend: path.join(fleet, "state") };
  return [dev, ...own].filter((stack) => existsSync(stack.configFile));
};
