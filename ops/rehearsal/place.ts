import path from "node:path";
import type { ServerSettings } from "../../rehearsal/settings";
import { readJson } from "../stack/files";
import { stackOf, type Stack } from "../stack/stack";

/** A rehearsal's stack, and beside it the cloud that the stack is applied to. */
export type Place = {
  stack: Stack;
  /** The made-up project. */
  project: string;
  /** The names of all that it makes in Docker begin with it. */
  prefix: string;
  region: string;
  port: number;
  /** The port of what stands in AWS's place. */
  awsPort: number;
  /** The range of loopback ports for Cloud Run's services and everything else. */
  ports: [number, number];
  /** State, requests, settings and log of the server. */
  folder: string;
  /** The stack's own passphrase; nothing real is behind it, yet the program refuses the public one. */
  passphraseFile: string;
};

export const DEFAULT_PORT = 9010;
/** Beside a rehearsal that was kept. */
export const CHANGE_PORT = 9210;
const SERVICE_PORTS = 80;

type Placing = {
  /** The stack's. */
  name: string;
  port: number;
  /** Without it that of before, at first one of the stack's name. */
  project?: string | undefined;
};

export const placeOf = ({ name, port, project }: Placing): Place => {
  const stack = stackOf(name);
  const folder = path.join(stack.folder, "cloud");
  const recorded = recordedIn(folder);
  return {
    stack,
    project: project ?? recorded?.projectId ?? `fleet-${name.replaceAll("_", "-")}`.slice(0, 30),
    prefix: project ?? recorded?.prefix ?? `fleet-${name}`,
    region: "europe-west1",
    port,
    awsPort: port + 1,
    ports: [port + 10, port + 10 + SERVICE_PORTS],
    folder,
    passphraseFile: path.join(stack.folder, "passphrase"),
  };
};

/** The settings of the rehearsal that this clone has begun in a folder; undefined before the first. */
export const recordedIn = (folder: string): ServerSettings | undefined => readJson(path.join(folder, "settings.json"));
