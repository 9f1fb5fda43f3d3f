import type { Cloud } from "../../api";
import { lastOf } from "../../names";
import type { Failure } from "./conditions";
import type { Revision } from "./shapes";
import { portOf } from "./template";

/**
 * The error of a revision that does not become ready: its condition and the operation's error, in Cloud Run's words.
 */
export class NotReady extends Error {
  constructor(
    readonly failure: Failure & { message: string },
    readonly status: "FAILED_PRECONDITION" | "PERMISSION_DENIED" | "NOT_FOUND",
  ) {
    super(failure.message);
  }
}

type Failing = { revision: Revision; lastWords: string | undefined };

/** https://cloud.google.com/run/docs/troubleshooting#container-failed-to-start */
export const startupFailure = (cloud: Cloud, { revision, lastWords }: Failing): Failure & { message: string } => {
  const container = revision.containers![0]!;
  const cause = container.startupProbe?.httpGet
    ? "The user-provided container failed the configured startup probe checks."
    : `The user-provided container failed to start and listen on the port defined provided by the PORT=${portOf(container)} environment variable within the allocated timeout. This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended.`;
  const said = lastWords?.trim().split("\n").slice(-8).join("\n");
  return {
    message: `${cause} Logs for this revision might contain more information.\n\nLogs URL: ${logsUrl(cloud, revision)}${said ? `\n${said}` : ""}`,
    revisionReason: "HEALTH_CHECK_CONTAINER_ERROR",
  };
};

const logsUrl = ({ project }: Cloud, { name, service }: Revision): string =>
  `https://console.cloud.google.com/logs/viewer?project=${project.id}&resource=cloud_run_revision/service_name/${service}/revision_name/${lastOf(name)}`;
