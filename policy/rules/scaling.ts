import { at, containersOf, isMissing, isNot, secondsOf, templateOf, when, type Resource, type Rule } from "../rule";
import { FUNCTION, JOB, SERVICE, WORKER_POOL } from "../types";

/** The most instances of one service (specification 003), so that a flood of requests cannot cost without end. */
const MOST_INSTANCES = 10;

/** Google's default is 300; Django's own workers end a request before it. */
const LONGEST_REQUEST_S = 300;
/** A job of an update holds the update up. */
const LONGEST_JOB_S = 3600;

/** By its label, or because celery is told to be the one that hands out work on time. */
const isScheduler = (resource: Resource): boolean =>
  Object.values(at(resource.props, "labels") ?? {}).includes("scheduler") ||
  containersOf(resource).some((container) =>
    [at(container, "commands"), at(container, "args")].flat().some((word) => word === "beat"),
  );

const SECOND_API = /^gcp:cloudrunv2\/service:/;

/** Rules on the number of instances, and on how long they work. */
export const scalingRules: readonly Rule[] = [
  {
    name: "run-max-instances",
    description: `Every service has at most ${MOST_INSTANCES} instances (specification 003).`,
    types: SECOND_API,
    mistakes: ({ props }) => {
      const path = "template.scaling.maxInstanceCount";
      const most = at(props, path);
      return [
        ...when(isMissing(most), `it has no upper limit of instances; set ${path}`),
        ...when(
          typeof most === "number" && most > MOST_INSTANCES,
          `${path} is ${String(most)}; at most ${MOST_INSTANCES} are allowed`,
        ),
      ];
    },
  },
  {
    name: "run-worker-instances",
    description: `Every worker pool says how many instances it has, at most ${MOST_INSTANCES}.`,
    types: WORKER_POOL,
    mistakes: ({ props }) => {
      const counts = [at(props, "scaling.manualInstanceCount"), at(props, "scaling.maxInstanceCount")];
      return [
        ...when(counts.every(isMissing), "it does not say how many instances it has; set scaling.manualInstanceCount"),
        ...counts.flatMap((count) =>
          when(
            typeof count === "number" && count > MOST_INSTANCES,
            `it has ${String(count)} instances; at most ${MOST_INSTANCES} are allowed`,
          ),
        ),
      ];
    },
  },
  {
    name: "run-one-scheduler",
    description: "A scheduler has exactly one instance: two would hand out everything twice, none nothing.",
    types: WORKER_POOL,
    mistakes: (resource) => {
      if (!isScheduler(resource)) return [];
      const count = at(resource.props, "scaling.manualInstanceCount");
      return when(
        isNot(count, 1) || isNot(at(resource.props, "scaling.scalingMode") ?? "MANUAL", "MANUAL"),
        "a scheduler needs exactly one instance; set scaling.manualInstanceCount to 1",
      );
    },
  },
  {
    name: "run-timeout",
    description: `No request takes more than ${LONGEST_REQUEST_S} seconds, no job more than ${LONGEST_JOB_S}: what hangs is paid for.`,
    types: new RegExp([SERVICE, JOB, FUNCTION].map(({ source }) => source).join("|")),
    mistakes: (resource) => {
      const { type, props } = resource;
      const given = [
        ...["timeout", "timeoutSeconds"].map((key) => at(templateOf(resource), key)),
        ...["timeout", "serviceConfig.timeoutSeconds"].map((path) =>
          FUNCTION.test(type) ? at(props, path) : undefined,
        ),
      ];
      const most = JOB.test(type) ? LONGEST_JOB_S : LONGEST_REQUEST_S;
      return given
        .flatMap((value) => secondsOf(value) ?? [])
        .filter((seconds) => seconds > most)
        .map(
          (seconds) =>
            `it may take ${seconds} seconds, and at most ${most} are allowed; shorten its timeout, or make it a worker`,
        );
    },
  },
];
