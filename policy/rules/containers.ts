import { at, containersOf, isMissing, isNot, listAt, templateOf, textAt, UNKNOWN, when } from "../rule";
import type { ResourceRule } from "../rule";
import { RUNS_CONTAINERS, SERVICE } from "../types";

type Basics = Pick<ResourceRule, "name" | "description"> & { types?: readonly string[] };

type OfContainers = Basics & { check: (container: unknown) => string[] };

const forContainers = ({ types = RUNS_CONTAINERS, check, ...basics }: OfContainers): ResourceRule => ({
  ...basics,
  types,
  mistakes: (resource) => containersOf(resource).flatMap(check),
});

type OfVariables = Basics & { check: (variable: unknown, name: string) => string[] };

const forVariables = ({ check, ...basics }: OfVariables): ResourceRule =>
  forContainers({
    ...basics,
    check: (container) =>
      listAt(container, "envs").flatMap((variable) => check(variable, textAt(variable, "name") ?? "a variable")),
  });

/** Compute Engine's and App Engine's accounts, which hold the basic role Editor in many projects. */
const DEFAULT_ACCOUNT = /-compute@developer\.gserviceaccount\.com$|@appspot\.gserviceaccount\.com$/;

const limited = (resource: "memory" | "cpu"): ResourceRule =>
  forContainers({
    name: `run-${resource}-limit`,
    description: `Every container has a limit of ${resource}.`,
    check: (container) =>
      when(
        isMissing(at(container, `resources.limits.${resource}`)),
        `a container has no limit of ${resource}; set resources.limits.${resource}`,
      ),
  });

const secretReference = (variable: unknown): unknown[] => {
  const reference = at(variable, "valueSource.secretKeyRef");
  return reference === undefined || reference === UNKNOWN ? [] : [reference];
};

/** Names of secrets; a public key or a path of a file is not one. */
const SAYS_SECRET = /(PASSWORD|PASSPHRASE|SECRET|TOKEN|PRIVATE_KEY|API_KEY|ACCESS_KEY)(?!_(FILE|PATH|LENGTH|AGE))/;
/** A switch or a number: `USUARIOS_ID_TOKEN=True` is not a secret. */
const IS_SWITCH = /^(true|false|\d{1,9})$/i;
/** `scheme://user:password@host`. */
const CARRIES_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;

const probed = (probe: "startupProbe" | "livenessProbe"): ResourceRule =>
  forContainers({
    name: probe === "startupProbe" ? "run-startup-probe" : "run-liveness-probe",
    description: `Every service has an HTTP ${probe}: a TCP probe passes before the application is loaded.`,
    types: [SERVICE],
    check: (container) =>
      when(
        at(container, probe) !== UNKNOWN && isMissing(at(container, `${probe}.httpGet.path`)),
        `a container has no HTTP ${probe}; set ${probe}.httpGet.path to its health path`,
      ),
  });

/** Rules on the containers of services, jobs and worker pools. */
export const containerRules: readonly ResourceRule[] = [
  {
    name: "run-own-service-account",
    description: "Every service, job and worker pool runs as a service account of its own.",
    types: RUNS_CONTAINERS,
    mistakes: (resource) => {
      const account = at(templateOf(resource), "serviceAccount");
      return when(
        isMissing(account) || DEFAULT_ACCOUNT.test(String(account)),
        "it runs as the project's default service account; set template.serviceAccount to an account of its own",
      );
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
  {
    name: "run-secret-version-pinned",
    description: "Secrets are referred to by the number of a version: `latest` changes under a running revision.",
    types: RUNS_CONTAINERS,
    mistakes: (resource) => {
      const references = [
        ...containersOf(resource)
          .flatMap((container) => listAt(container, "envs"))
          .flatMap(secretReference),
        ...listAt(templateOf(resource), "volumes").flatMap((volume) => listAt(volume, "secret.items")),
      ];
      return references
        .filter((reference) => isMissing(at(reference, "version")) || at(reference, "version") === "latest")
        .map(() => "a secret is referred to as `latest`; name a version of it");
    },
  },
  forVariables({
    name: "run-no-plain-secret",
    description: "What is secret comes from Secret Manager, never as the plain value of a variable.",
    check: (variable, name) => {
      const value = at(variable, "value");
      const says = SAYS_SECRET.test(name) && !isMissing(value) && !IS_SWITCH.test(String(value));
      const carries = typeof value === "string" && CARRIES_PASSWORD.test(value);
      return when(
        says || carries,
        `${name} is a secret in plain text; store it in Secret Manager and use valueSource.secretKeyRef`,
      );
    },
  }),
  forVariables({
    name: "run-port-not-set",
    description: "PORT is set by Cloud Run; setting it is refused at the update.",
    check: (_, name) => when(name === "PORT", "PORT is set by Cloud Run; take it out and set ports.containerPort"),
  }),
  probed("startupProbe"),
  probed("livenessProbe"),
  forContainers({
    name: "run-cpu-only-while-serving",
    description: "A service pays for CPU while it serves; with resources set, Google's default is always.",
    types: [SERVICE],
    check: (container) =>
      when(
        isNot(at(container, "resources.cpuIdle"), true),
        "CPU is always on, which is billed around the clock; set resources.cpuIdle to true",
      ),
  }),
];
