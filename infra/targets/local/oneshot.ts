import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { replaceOnChanges } from "./container";
import { failureOf } from "./failure";

type OneShot = {
  name: string;
  /** For the message: `callcenter/migrate`. */
  what: string;
  args: docker.ContainerArgs;
  options: pulumi.CustomResourceOptions;
  /** The exit code of a container that had ended before this update; undefined for any other. */
  exitCodeOf: (id: string) => number | undefined;
};

/**
 * Runs a container to its end, and resolves to it once it has succeeded. What depends on it is left as it was when it
 * failed.
 *
 * A non-zero exit is not an error to the provider, and a failed run stays in the state like a good one: so the gate looks
 * at the exit code in every update, not only when the container is made. A later update runs it again because a failed
 * container gets another generation (preflight.ts).
 */
export const runOnce = ({ name, what, args, options, exitCodeOf }: OneShot): pulumi.Output<docker.Container> => {
  const container = new docker.Container(
    name,
    { ...args, attach: true, logs: true, mustRun: false, restart: "no", healthcheck: noHealthcheck },
    { ...options, deleteBeforeReplace: true, replaceOnChanges },
  );
  return pulumi.all([container.id, container.exitCode, container.containerLogs]).apply(([id, seen, logs]) => {
    // An update that was cut off while this ran has recorded neither code nor log; the engine knows how it ended.
    const exitCode = seen ?? exitCodeOf(id);
    if (exitCode === 0) return container;
    throw failureOf({
      happened: `${what} failed with exit code ${exitCode ?? "unknown"}`,
      log: logs ?? "",
      cure: "mend the cause, then run the update again: it runs this again.",
    });
  });
};

/**
 * A health check that the image brings would only compete with the work. Its figures are given too: the engine fills in
 * the image's for those left out, and a refresh would see a difference.
 */
const noHealthcheck = { tests: ["NONE"], interval: "30s", timeout: "10s", startPeriod: "40s", retries: 3 };
