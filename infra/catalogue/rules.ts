import { DOCKER_NAME_LIMIT, NAME_PATTERN, secretName } from "../naming";
import { when, type Problem } from "../problems";
import type { Catalogue } from "./index";
import { cycleIn } from "./order";
import { envProblems, onDemandOf, servicesOf, unknownProblem } from "./references";
import { scheduleProblems } from "./schedule-rules";
import { servingProblems } from "./serving-rules";
import type { Datastore, Limits, Service, System } from "./vocabulary";

/** The rules of a catalogue that its types cannot express: every problem at once. */
export const catalogueProblems = (catalogue: Catalogue): Problem[] =>
  [
    ...Object.entries(catalogue).flatMap(([name, system]) => systemProblems({ name, system, catalogue })),
    ...duplicatePortProblems(catalogue),
    ...duplicateSecretProblems(catalogue),
  ].map(({ path, ...problem }) => ({ path: `catalogue: ${path}`, ...problem }));

type OfSystem = { name: string; system: System; catalogue: Catalogue };

const systemProblems = (of: OfSystem): Problem[] => {
  const broken = [...nameProblems(of), ...networkProblems(of), ...datastoreProblems(of), ...serviceProblems(of)];
  return broken.length > 0 ? broken : cycleProblems(of);
};

/** The longest stack name (20) and the joints and suffix of a volume's name leave this much for system and part. */
const NAME_BUDGET = DOCKER_NAME_LIMIT - 20 - "__".length - "_data".length;

const nameProblems = ({ name, system: { datastores, services, volumes = {} } }: OfSystem): Problem[] => {
  const parts = [datastores, services, volumes].flatMap((each) => Object.keys(each));
  const malformed = [name, ...parts].filter((part) => !NAME_PATTERN.test(part));
  const long = parts.filter((part) => name.length + part.length > NAME_BUDGET);
  const twice = parts.filter((part, index) => parts.indexOf(part) !== index);
  return [
    ...malformed.map((part) => ({
      path: name,
      message: `the name ${JSON.stringify(part)} is not made of lower-case words joined by - or _`,
      cure: "rename it",
    })),
    ...long.map((part) => ({
      path: `${name}.${part}`,
      message: `with the system's name it has ${name.length + part.length} characters; at most ${NAME_BUDGET}`,
      cure: "shorten it",
    })),
    ...twice.map((part) => ({
      path: `${name}.${part}`,
      message: "is the name of two parts of the system",
      cure: "rename one",
    })),
  ];
};

const networkProblems = ({ name, system, catalogue }: OfSystem): Problem[] => {
  const offered = Object.entries(catalogue).flatMap(([other, { offersNetwork }]) =>
    offersNetwork ? [`${other}/${offersNetwork}`] : [],
  );
  return (system.joinsNetworks ?? [])
    .filter((joined) => !offered.includes(joined))
    .map((joined) => ({
      path: `${name}.joinsNetworks`,
      message: `${joined} is offered by no system; offered: ${offered.join(", ") || "none"}`,
      cure: `correct infra/catalogue/${name}.ts`,
    }));
};

const datastoreProblems = ({ name: system, system: { datastores, secrets } }: OfSystem): Problem[] => {
  // A password is always there.
  const known = Object.entries(secrets).flatMap(([name, spec]) => when(!("optional" in spec), name));
  return Object.entries(datastores).flatMap(([part, datastore]) => {
    const path = `${system}.${part}`;
    return [
      ...limitProblems(path, datastore.limits),
      ...portProblems(`${path}.hostPort`, datastore.hostPort),
      ...secretsOf(datastore).flatMap((name) => unknownProblem({ path, kind: "secret", name, known })),
    ];
  });
};

const secretsOf = (datastore: Datastore): string[] => [
  ...("rootPassword" in datastore ? [datastore.rootPassword] : []),
  ...("superuserPassword" in datastore ? [datastore.superuserPassword] : []),
  ...("password" in datastore ? [datastore.password] : []),
  ...("accessKey" in datastore ? [datastore.accessKey] : []),
  ...("databases" in datastore ? datastore.databases.map(({ password }) => password) : []),
];

const serviceProblems = ({ name: systemName, system }: OfSystem): Problem[] =>
  Object.entries(system.services).flatMap(([part, service]) => {
    const path = `${systemName}.${part}`;
    const references = [
      ...(service.after ?? []).map((name) => ({ field: "after", kind: "job", name, known: servicesOf(system, "job") })),
      ...Object.keys(service.mounts ?? {}).map((name) => ({
        ...{ field: "mounts", kind: "volume", name },
        known: Object.keys(system.volumes ?? {}),
      })),
      ...(service.onlyWith === undefined ? [] : [service.onlyWith]).map((name) => ({
        ...{ field: "onlyWith", kind: "on-demand datastore", name },
        known: onDemandOf(system),
      })),
    ];
    return [
      ...limitProblems(path, service.limits),
      ...(service.reserves ? limitProblems(path, service.reserves) : []),
      ...(service.kind === "web"
        ? [
            ...portProblems(`${path}.port`, service.port),
            ...portProblems(`${path}.hostPort`, service.hostPort),
            ...when(!service.healthPath.startsWith("/"), {
              path: `${path}.healthPath`,
              message: `${service.healthPath} does not start with /`,
              cure: `write /${service.healthPath}`,
            }),
          ]
        : []),
      ...servingProblems(path, service),
      ...(service.kind === "scheduled" ? scheduleProblems(path, service) : []),
      ...Object.entries(service.env).flatMap(([variable, value]) =>
        envProblems(value, { path: `${path}.env.${variable}`, system }),
      ),
      ...references.flatMap(({ field, ...reference }) => unknownProblem({ path: `${path}.${field}`, ...reference })),
    ];
  });

const cycleProblems = ({ name, system }: OfSystem): Problem[] => {
  const urls = (service: Service): string[] =>
    Object.values(service.env).flatMap((value) =>
      typeof value === "object" && value.kind === "serviceUrl" ? [value.service] : [],
    );
  const parts = Object.entries(system.services).map(([id, service]) => ({
    id,
    needs: [...(service.after ?? []), ...urls(service)],
  }));
  const cycle = cycleIn(parts) ?? [];
  return when(cycle.length > 0, {
    path: name,
    message: `services wait for each other: ${cycle.join(" -> ")}`,
    cure: "take out one of these after or urlOf",
  });
};

/** The host ports of a system, by the part that has each. */
export const hostPortsOf = ({ datastores, services }: System): { part: string; port: number }[] =>
  [...Object.entries(datastores), ...Object.entries(services)].flatMap(([part, described]) =>
    "hostPort" in described && described.hostPort !== undefined ? [{ part, port: described.hostPort }] : [],
  );

const duplicatePortProblems = (catalogue: Catalogue): Problem[] => {
  const uses = Object.entries(catalogue).flatMap(([name, system]) =>
    hostPortsOf(system).map(({ part, port }) => ({ path: `${name}.${part}`, port })),
  );
  return uses.flatMap(({ path, port }) => {
    const first = uses.find((use) => use.port === port)?.path;
    return when(first !== path, {
      path: `${path}.hostPort`,
      message: `${port} is already the host port of ${first}`,
      cure: "choose a free one",
    });
  });
};

/** A secret's full name joins the system's and its own, and both may hold the joint. */
const duplicateSecretProblems = (catalogue: Catalogue): Problem[] => {
  const all = Object.entries(catalogue).flatMap(([system, { secrets }]) =>
    Object.keys(secrets).map((secret) => ({
      name: secretName({ system, secret }),
      path: `${system}.secrets.${secret}`,
    })),
  );
  return all.flatMap(({ name, path }) => {
    const first = all.find((each) => each.name === name)?.path;
    return when(first !== path, { path, message: `has the same full name as ${first}: ${name}`, cure: "rename one" });
  });
};

const limitProblems = (path: string, { cpu, memory }: Limits): Problem[] => [
  ...when(!/^[1-9]\d*Mi$/.test(memory), {
    path: `${path}.limits.memory`,
    message: `${memory} is not an amount of memory; allowed: whole mebibytes, as 512Mi`,
    cure: "write it in Mi",
  }),
  ...when(!(cpu > 0 && cpu <= 8), {
    path: `${path}.limits.cpu`,
    message: `${cpu} is out of range; allowed: above 0, at most 8, Cloud Run's most`,
    cure: "write a number of CPUs",
  }),
];

const portProblems = (path: string, port = 1): Problem[] =>
  when(!(Number.isInteger(port) && port >= 1 && port <= 65_535), {
    path,
    message: `${port} is not a port; allowed: 1 to 65535`,
    cure: "choose another",
  });
