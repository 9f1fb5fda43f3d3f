import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { CHECKOUT_LABEL, STACK_LABEL } from "../../../infra/targets/local/labels";
import { refuse } from "../../../infra/problems";
import { readConfigFile } from "../../stack/config-file";
import type { Stack } from "../../stack/stack";
import { isTaken } from "./listening";
import { wantedPorts } from "./wanted";

/** From 32768 on Linux gives ports to outgoing connections; the catalogue's highest stays below with these. */
const HIGHEST_PORT = 32_767;
const STEP = 100;

/**
 * A port offset for a throw-away stack that has none: the lowest whose ports meet no other stack, running, stopped or
 * down, of this clone or another, and nothing else that listens now.
 * @throws ProblemsError when there is none left.
 */
export const pickOffset = async ({ docker, stack }: { docker: Docker; stack: Stack }): Promise<number> => {
  // Every system's ports, for one that is switched on later.
  const config = { ...readConfigFile(stack.configFile), systems: ["all"], mariadb: true };
  const wanted = wantedPorts({ ...config, portOffset: 0 }).map(({ port }) => port);
  const offset = await firstFree({ wanted, reserved: await reservedPorts({ docker, stack }), isTaken });
  if (offset === undefined)
    refuse([
      {
        path: "fleet:portOffset",
        message: `no offset in steps of ${STEP} leaves all ${wanted.length} ports free`,
        cure: `take unused stacks down (./fleet stacks lists them), or give one: --config fleet:portOffset=<number>`,
      },
    ]);
  return offset as number;
};

/** The lowest offset of which no port is reserved, and then none taken. */
export const firstFree = async (of: {
  wanted: readonly number[];
  reserved: ReadonlySet<number>;
  isTaken: (port: number) => Promise<boolean>;
}): Promise<number | undefined> => {
  for (let offset = STEP; Math.max(...of.wanted) + offset <= HIGHEST_PORT; offset += STEP) {
    const ports = of.wanted.map((port) => port + offset);
    if (ports.some((port) => of.reserved.has(port))) continue;
    if (!(await Promise.all(ports.map(of.isTaken))).some(Boolean)) return offset;
  }
  return undefined;
};

/** What other stacks publish, or would when they come up again. */
const reservedPorts = async ({ docker, stack }: { docker: Docker; stack: Stack }): Promise<Set<number>> => {
  const containers = await docker.listContainers({ all: true, filters: { label: [STACK_LABEL] } });
  const clones = new Set([process.cwd(), ...containers.flatMap(({ Labels }) => Labels[CHECKOUT_LABEL] ?? [])]);
  const files = [...clones].flatMap(configFilesOf).filter((file) => file !== stack.configFile);
  return new Set([
    ...containers.flatMap(({ Ports }) => Ports.flatMap(({ PublicPort }) => PublicPort ?? [])),
    ...files.flatMap((file) => wantedPorts({ ...readConfigFile(file), systems: ["all"] }).map(({ port }) => port)),
  ]);
};

/** Config files of a clone's stacks that run on this machine: dev and the throw-away ones. */
const configFilesOf = (clone: string): string[] => {
  const folder = path.join(clone, ".fleet", "stacks");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return [
    path.join(clone, "Pulumi.dev.yaml"),
    ...names.map((name) => path.join(folder, name, `Pulumi.${name}.yaml`)),
  ].filter((file) => existsSync(file));
};
