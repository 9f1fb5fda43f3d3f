import path from "node:path";
import { stackOf, type Stack } from "../stack/stack";

/** A rehearsal's stack, and beside it the cloud that the stack is applied to. */
export type Place = {
  stack: Stack;
  /** The made-up project. */
  project: string;
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

export const placeOf = ({ name, port }: { name: string; port: number }): Place => {
  const stack = stackOf(name);
  return {
    stack,
    project: `fleet-${name.replaceAll("_", "-")}`.slice(0, 30),
    region: "europe-west1",
    port,
    awsPort: port + 1,
    ports: [port + 10, port + 10 + SERVICE_PORTS],
    folder: path.join(stack.folder, "cloud"),
    passphraseFile: path.join(stack.folder, "passphrase"),
  };
};
