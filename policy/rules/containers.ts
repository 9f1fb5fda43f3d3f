import {
  accountOf,
  at,
  containersOf,
  isMissing,
  isNot,
  templateOf,
  UNKNOWN,
  when,
  type Rule,
  type RuleBasics,
} from "../rule";
import { FUNCTION, JOB, RUNS_CONTAINERS, SERVICE, WORKER_POOL } from "../types";
import { isDefaultAccount } from "./access";

type OfContainers = RuleBasics & { types?: RegExp; check: (container: unknown) => string[] };

const forContainers = ({ types = RUNS_CONTAINERS, check, ...basics }: OfContainers): Rule => ({
  ...basics,
  types,
  mistakes: (resource) => containersOf(resource).flatMap(check),
});

/** Cloud Run's first API gives limits of its own where there are none. */
const SECOND_API = /^gcp:cloudrunv2\/(service|job|workerPool):/;

const limited = (resource: "memory" | "cpu"): Rule =>
  forContainers({
    name: `run-${resource}-limit`,
    description: `Every container has a limit of ${resource}.`,
    types: SECOND_API,
    check: (container) =>
      when(
        isMissing(at(container, `resources.limits.${resource}`)),
        `a container has no limit of ${resource}; set resources.limits.${resource}`,
      ),
  });

const probed = (probe: "startupProbe" | "livenessProbe"): Rule =>
  forContainers({
    name: probe === "startupProbe" ? "run-startup-probe" : "run-liveness-probe",
    description: `Every service has an HTTP ${probe}: a TCP probe passes before the application is loaded.`,
    types: SERVICE,
    check: (container) =>
      when(
        at(container, probe) !== UNKNOWN && !isSidecar(container) && isMissing(at(container, `${probe}.httpGet.path`)),
        `a container has no HTTP ${probe}; set ${probe}.httpGet.path to its health path`,
      ),
  });

const wordsOf = (container: unknown): string[] =>
  ["commands", "command", "args"].flatMap((key) => [at(container, key)].flat()).map(String);

const runs = (container: unknown, words: RegExp): boolean => words.test(wordsOf(container).join(" "));

/** Programs that work although nobody asks them for anything. */
const BACKGROUND = /\b(celery|rqworker|rq worker|dramatiq|huey|sidekiq|beat|supervisord|crond?|qcluster|runworker)\b/;
const isBackground = (container: unknown): boolean => runs(container, BACKGROUND);

/** Of several containers, the one that takes requests names a port. */
const isSidecar = (container: unknown): boolean => isBackground(container) && isMissing(at(container, "ports"));

/** Rules on the containers of services, jobs and worker pools. */
export const containerRules: readonly Rule[] = [
  {
    name: "run-own-service-account",
    description: "Every service, job, worker pool and function runs as a service account of its own.",
    types: new RegExp(`${RUNS_CONTAINERS.source}|${FUNCTION.source}`),
    mistakes: (resource) => {
      const account = accountOf(resource);
      return when(
        isMissing(account) || isDefaultAccount(String(account)),
        "it runs as the project's default service account; give it an account of its own",
      );
    },
  },
  {
    name: "run-account-not-shared",
    description: "No two services, jobs, worker pools or functions run as one account: each gets what it needs alone.",
    stackMistakes: (resources) => {
      const users = resources.filter(({ type }) => RUNS_CONTAINERS.test(type) || FUNCTION.test(type));
      const account = (one: (typeof users)[number]): unknown => accountOf(one);
      return users
        .filter((one) => typeof account(one) === "string" && !isDefaultAccount(String(account(one))))
        .filter((one) => users.some((other) => other !== one && account(other) === account(one)))
        .map((about) => ({
          about,
          message: `it runs as ${String(account(about))}, as others do: what one may do, all may; make an account for each`,
        }));
    },
  },
  limited("memory"),
  limited("cpu"),
  forContainers({
    name: "run-image-by-digest",
    description: "Images are deployed by digest, so that a revision is the same program for ever.",
    check: (container) => {
      const image = at(container, "image");
      return when(
        image !== UNKNOWN && !/@sha256:[0-9a-f]{64}$/.test(String(image)),
        `the image ${String(image)} is not pinned; deploy <repository>@sha256:<digest>, the pushed image's sha256Digest`,
      );
    },
  }),
  forContainers({
    name: "run-port-not-set",
    description: "PORT is set by Cloud Run; setting it is refused at the update.",
    check: (container) =>
      when(
        [at(container, "envs")].flat().some((variable) => at(variable, "name") === "PORT"),
        "PORT is set by Cloud Run; take it out and set ports.containerPort",
      ),
  }),
  probed("startupProbe"),
  probed("livenessProbe"),
  {
    ...forContainers({
      name: "run-worker-probe",
      description: "Every worker has a liveness probe, or says why it has none: one that hangs is never restarted.",
      types: WORKER_POOL,
      check: (container) =>
        when(
          isMissing(at(container, "livenessProbe")),
          "a worker that hangs stays; set livenessProbe, or say in the annotation fleet-excused-run-worker-probe who notices",
        ),
    }),
    isExcusable: true,
  },
  {
    ...forContainers({
      name: "run-cpu-only-while-serving",
      description: "A service pays for CPU while it serves; with resources set, Google's default is always.",
      types: /^gcp:cloudrunv2\/service:/,
      check: (container) =>
        when(
          !isBackground(container) && isNot(at(container, "resources.cpuIdle"), true),
          "CPU is always on, which is billed around the clock; set resources.cpuIdle to true, or say in the annotation fleet-excused-run-cpu-only-while-serving what works between requests",
        ),
    }),
    isExcusable: true,
  },
  forContainers({
    name: "run-background-has-cpu",
    description: "What works in the background is a worker pool, or keeps its CPU between requests.",
    types: SERVICE,
    check: (container) =>
      when(
        isBackground(container) && isNot(at(container, "resources.cpuIdle"), false),
        "its CPU is taken away between requests, and its work stands still; make it a worker pool, or set resources.cpuIdle to false",
      ),
  }),
  {
    name: "run-migration-once",
    description: "Google does not run a failed migration again: whoever deploys looks first.",
    types: JOB,
    mistakes: (resource) =>
      when(
        (/migrat/.test(resource.name) || containersOf(resource).some((one) => runs(one, /migrat/))) &&
          isNot(at(templateOf(resource), "maxRetries"), 0),
        "a failed migration runs again by itself, three times unless told; set maxRetries to 0",
      ),
  },
];
