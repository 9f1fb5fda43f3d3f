import type { Call, Cloud } from "../../api";
import { badRequest, notRehearsed, type FieldViolation } from "../../errors";
import { defaultAccount } from "../../project";
import type { Probe } from "../../realise/instance";
import { bytesOf, cpusOf } from "../../realise/quantities";
import { requireActAs } from "../act-as";
import type { Container, ProbeShape, Template, Volume } from "./shapes";

const DEFAULT_PORT = 8080;
/** Cloud Run sets them: https://cloud.google.com/run/docs/container-contract#env-vars */
const RESERVED = ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"];

/** @throws ApiError 400 for what the schema allows and Cloud Run does not; 403 for an account that is not there or not theirs to use */
export const checkTemplate = <T extends Template>(call: Call, template: T): T => {
  const containers = template.containers ?? [];
  if (containers.length === 0) throw badRequest(violation("template.containers", "must have at least one container"));
  // Two containers of one instance share a network; nothing here needs that yet.
  if (containers.length > 1) throw notRehearsed("several containers in one instance are");
  const problems = containers.flatMap((container, index) =>
    containerProblems(container, template.volumes ?? [], `template.containers[${index}]`),
  );
  if (problems.length > 0) throw badRequest(...problems);
  checkNetwork(template);
  checkAccount(call, template);
  return template;
};

/** https://cloud.google.com/run/docs/configuring/vpc-direct-vpc */
const checkNetwork = ({ vpcAccess: { networkInterfaces = [] } = {} }: Template): void => {
  if (networkInterfaces.some(({ network, subnetwork }) => !network && !subnetwork))
    throw badRequest(violation("template.vpc_access.network_interfaces", "a network or a subnetwork is required"));
};

const violation = (field: string, description: string): FieldViolation => ({
  field,
  description: `Violation in field ${field}: ${description}.`,
});

const containerProblems = (container: Container, volumes: Volume[], field: string): FieldViolation[] => {
  const { image, env = [], resources, volumeMounts = [] } = container;
  const { cpu, memory } = resources?.limits ?? {};
  const reserved = env.map(({ name }) => name).filter((name) => RESERVED.includes(name));
  const unmounted = volumeMounts.filter(({ name }) => !volumes.some((volume) => volume.name === name));
  return [
    ...(image ? [] : [violation(`${field}.image`, "a container image is required")]),
    ...(reserved.length === 0
      ? []
      : [
          {
            field: `${field}.env`,
            description: `The following reserved env names were provided: ${reserved.join(", ")}. These values are automatically set by the system.`,
          },
        ]),
    ...(cpu !== undefined && cpusOf(cpu) === undefined
      ? [violation(`${field}.resources.limits.cpu`, `Invalid value: "${cpu}"`)]
      : []),
    ...(memory !== undefined && bytesOf(memory) === undefined
      ? [violation(`${field}.resources.limits.memory`, `Invalid value: "${memory}"`)]
      : []),
    ...unmounted.map(({ name }) => violation(`${field}.volume_mounts`, `no volume is named ${name}`)),
    ...probeProblems(container.startupProbe, `${field}.startup_probe`),
    ...probeProblems(container.livenessProbe, `${field}.liveness_probe`),
  ];
};

/** https://cloud.google.com/run/docs/configuring/healthchecks#startup-probes */
const probeProblems = (probe: ProbeShape | undefined, field: string): FieldViolation[] => {
  const { timeoutSeconds = 1, periodSeconds = 10, httpGet } = probe ?? {};
  return [
    ...(timeoutSeconds > periodSeconds
      ? [violation(`${field}.timeout_seconds`, "must be less than or equal to period_seconds")]
      : []),
    ...(httpGet?.path !== undefined && !httpGet.path.startsWith("/")
      ? [violation(`${field}.http_get.path`, `Invalid value: "${httpGet.path}", the path must start with '/'`)]
      : []),
  ];
};

/** A deployment acts as the service's account, which therefore has to exist and to be the caller's to use. */
const checkAccount = (call: Call, template: Template): void => {
  const email = accountOf(call, template);
  const told = `Permission 'iam.serviceaccounts.actAs' denied on service account ${email} (or it may not exist).`;
  requireActAs(call, { email, told });
};

/** The e-mail address of the account that the template's containers run as. */
export const accountOf = ({ project }: Pick<Cloud, "project">, { serviceAccount }: Template): string =>
  serviceAccount ?? defaultAccount(project);

/** The template with what Cloud Run fills in, as it gives it back. */
export const withDefaults = <T extends Template>(cloud: Cloud, template: T): T => ({
  timeout: "300s",
  maxInstanceRequestConcurrency: 80,
  ...template,
  serviceAccount: accountOf(cloud, template),
  containers: (template.containers ?? []).map((container) => withContainerDefaults(container)),
});

/** The same for a worker pool, which answers nobody: it has no port, no time-out, and no probe unless one is asked for. */
export const withPoolDefaults = <T extends Template>(cloud: Cloud, template: T): T => ({
  ...template,
  serviceAccount: accountOf(cloud, template),
  containers: (template.containers ?? []).map((container) => ({
    ...container,
    resources: resourcesOf(container),
    ...probesOf(container),
  })),
});

const probesOf = ({ startupProbe, livenessProbe }: Container, port = DEFAULT_PORT) => ({
  ...(startupProbe && { startupProbe: withProbeDefaults(startupProbe, port) }),
  ...(livenessProbe && { livenessProbe: withProbeDefaults(livenessProbe, port) }),
});

const withContainerDefaults = (container: Container): Container => {
  const port = portOf(container);
  return {
    ...container,
    resources: resourcesOf(container),
    ports: [{ name: container.ports?.[0]?.name ?? "http1", containerPort: port }],
    startupProbe: { timeoutSeconds: 240, periodSeconds: 240, failureThreshold: 1, tcpSocket: { port } },
    ...probesOf(container, port),
  };
};

/** CPU only while a request is there, unless told otherwise. */
export const resourcesOf = ({ resources }: Container): NonNullable<Container["resources"]> => ({
  ...resources,
  limits: { cpu: "1000m", memory: "512Mi", ...resources?.limits },
});

const PROBE_DEFAULTS = { timeoutSeconds: 1, periodSeconds: 10, failureThreshold: 3 };

const withProbeDefaults = (probe: ProbeShape, port: number): ProbeShape => ({
  ...PROBE_DEFAULTS,
  ...probe,
  ...(probe.httpGet && { httpGet: { path: "/", port, ...probe.httpGet } }),
  ...(probe.tcpSocket && { tcpSocket: { port, ...probe.tcpSocket } }),
});

export const portOf = ({ ports }: Container): number => ports?.[0]?.containerPort ?? DEFAULT_PORT;

/** A probe of a container that has its defaults. */
export const probeOf = (container: Container, { httpGet, tcpSocket, ...figures }: ProbeShape): Probe => {
  const headers = (httpGet?.httpHeaders ?? []).map(({ name, value = "" }) => [name, value] as const);
  return {
    initialDelaySeconds: 0,
    ...PROBE_DEFAULTS,
    ...figures,
    ...(httpGet && { http: { path: httpGet.path ?? "/", headers: Object.fromEntries(headers) } }),
    port: httpGet?.port ?? tcpSocket?.port ?? portOf(container),
  };
};
