import { at, isMissing, isNot, listAt, UNKNOWN, when, type Resource, type ResourceRule } from "../rule";
import { SERVICE, WORKER_POOL } from "../types";

/** The most instances of one service (specification 003), so that a flood of requests cannot cost without end. */
const MOST_INSTANCES = 10;

/** By its label, or because celery is told to be the one that hands out work on time. */
const isScheduler = ({ props }: Resource): boolean =>
  Object.values(at(props, "labels") ?? {}).includes("scheduler") ||
  listAt(props, "template.containers").some((container) =>
    [...listAt(container, "commands"), ...listAt(container, "args")].includes("beat"),
  );

/** Rules on the number of instances. */
export const scalingRules: readonly ResourceRule[] = [
  {
    name: "run-max-instances",
    description: `Every service has at most ${MOST_INSTANCES} instances (specification 003).`,
    types: [SERVICE],
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
    types: [WORKER_POOL],
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
    types: [WORKER_POOL],
    mistakes: (resource) => {
      if (!isScheduler(resource)) return [];
      const count = at(resource.props, "scaling.manualInstanceCount");
      return when(
        isNot(count, 1) || isNot(at(resource.props, "scaling.scalingMode") ?? UNKNOWN, "MANUAL"),
        "a scheduler needs exactly one instance; set scaling.manualInstanceCount to 1 with scalingMode MANUAL",
      );
    },
  },
];
