import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { get } from "node:http";
import { ask, connect, providerHost } from "../../../docker/connect";
import { execCaptured, type Captured } from "../../../docker/exec";
import { lifeOf } from "../../../docker/health";
import { printedBy } from "../../../docker/printed";
import { until } from "../../../docker/wait";
import type { PlannedStaying, PlannedWeb } from "../../plan/plan";
import type { EngineState } from "./engine";
import { failureOf } from "./failure";

/**
 * The gates that a container has to pass, in every update, before others are built on it. A failed gate fails the
 * update; what depends on the container stays as it was.
 */
export type Gates = {
  /** Resolves once the server takes connections and its users are as the plan says. `env` holds `NAME=value`. */
  datastore: (of: { id: string; what: string; script: string; env: readonly string[] }) => Promise<void>;
  /** Resolves once the service works. */
  service: (of: { id: string; service: PlannedStaying }) => Promise<void>;
};

/** `before` is the engine's state before the update: a container that was healthy then, and is still there, passes. */
export const gatesOf = (before: EngineState): Gates => {
  const healthy = new Set(before.containers.flatMap(({ id, health }) => (health === "healthy" ? [id] : [])));
  return {
    datastore: async (step) => {
      if (!pulumi.runtime.isDryRun()) await heldOpen(makeReady(step));
    },
    service: async ({ id, service }) => {
      if (!pulumi.runtime.isDryRun() && !healthy.has(id)) await heldOpen(untilWell({ id, service }));
    },
  };
};

/**
 * Node ends when nothing is left that could wake it, whatever promises are pending, and to Pulumi that is a program that
 * went well: a gate that still waits must keep it up.
 */
const heldOpen = async (gate: Promise<void>): Promise<void> => {
  const hold = setInterval(() => {}, 60_000);
  try {
    await gate;
  } finally {
    clearInterval(hold);
  }
};

/**
 * Runs a step in a server's container, once in the life of that container: a file in it tells that it was done, and
 * with what. So a step that failed runs again in the next update, and one with other passwords runs too.
 */
const makeReady: Gates["datastore"] = async ({ id, what, script, env }) => {
  const digest = createHash("sha256")
    .update(JSON.stringify([script, env]))
    .digest("hex");
  const mark = `/tmp/fleet-ready-${digest.slice(0, 32)}`;
  if (await hasFile({ id, path: mark })) return;
  // A mark of before would let a password come back without being applied.
  const command = ["sh", "-euc", `rm -f /tmp/fleet-ready-*\n${script}\ntouch ${mark}`];
  const { code, output } = await execIn({ id, command, env }).catch(async ({ message }: Error) => ({
    code: -1,
    // A server that has ended runs no command; its log says why.
    output: `${message}\n${await logOf(id)}`,
  }));
  if (code === 0) return;
  throw failureOf({
    happened: `${what}: making its server ready failed with exit code ${code}`,
    log: output,
    cure: "mend the cause, then run the update again: it tries again.",
  });
};

const hasFile = async ({ id, path }: { id: string; path: string }): Promise<boolean> => {
  const { status } = await ask({ method: "HEAD", path: `/containers/${id}/archive?path=${encodeURIComponent(path)}` });
  return status === 200;
};

const PATIENCE_MS = 120_000;
/** Running a command in a container costs a tenth of a second of CPU, just when the process needs it to start. */
const PAUSE_MS = { web: 100, worker: 500, scheduler: 500, scheduled: 500 };
/** Docker restarts it each time; one or two restarts may be the fault of something that was not up yet. */
const MOST_STARTS = 3;
/** The lines of a container's log in a failure. */
const LOG_LINES = 40;

const untilWell: Gates["service"] = async ({ id, service }) => {
  const isWell = service.kind === "web" ? () => answers(service) : () => works({ id, command: service.healthCommand });
  const last = await until({
    ask: async () => (await isWell()) || (await lifeNow(id)),
    ends: (life) => life === true || life.crashed,
    everyMs: PAUSE_MS[service.kind],
    patienceMs: PATIENCE_MS,
  });
  if (last === true) return;
  throw failureOf({
    happened: last.crashed
      ? `${service.id} does not stay up (exit code ${last.exitCode})`
      : `${service.id} was not well for ${PATIENCE_MS / 1000} seconds`,
    log: await logOf(id),
    cure: "mend the cause, then run the update again.",
  });
};

const lifeNow = async (id: string): Promise<{ crashed: boolean; exitCode: number }> => {
  const { isRunning, restarts, exitCode } = await lifeOf({ docker: await client(), container: id });
  return { crashed: restarts >= MOST_STARTS || (!isRunning && restarts === 0), exitCode };
};

/** Requests the health path at the port on loopback; a failed request counts as not ready. */
const answers = ({ hostPort, healthPath, healthCheck }: PlannedWeb): Promise<boolean> =>
  new Promise((resolve) => {
    const timeout = Number.parseInt(healthCheck.timeout, 10) * 1000;
    const asking = get({ host: "127.0.0.1", port: hostPort, path: healthPath, timeout, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asking.on("timeout", () => asking.destroy());
    asking.on("error", () => resolve(false));
    asking.on("close", () => resolve(false));
  });

/** Runs its health command, as Docker does. While the container starts, the command cannot run. */
const works = async ({ id, command }: { id: string; command: readonly string[] }): Promise<boolean> => {
  try {
    return (await execIn({ id, command, env: [] })).code === 0;
  } catch {
    return false;
  }
};

/** It is loaded only here: an update with nothing to do uses the engine's socket alone. */
const client = () => connect(providerHost());

type Command = { id: string; command: readonly string[]; env: readonly string[] };

const execIn = async ({ id, command, env }: Command): Promise<Captured> =>
  execCaptured({ docker: await client(), container: id, command, env });

const logOf = async (id: string): Promise<string> =>
  printedBy({ docker: await client(), container: id, lines: LOG_LINES });
