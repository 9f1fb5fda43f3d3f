import { DOCKER_NAME_LIMIT, NAME_PATTERN, secretName } from "../naming";
import { suggestion, type Problem } from "../problems";
import { cycleIn } from "./order";
import type { Catalogue } from "./index";
import type { Datastore, EnvValue, Reference, Service, System } from "./vocabulary";

/** What the types cannot hold: every rule that a catalogue breaks. */
export const catalogueProblems = (catalogue: Catalogue): Problem[] => [
  ...Object.entries(catalogue).flatMap(([name, system]) => systemProblems({ name, system, catalogue })),
  ...duplicatePortProblems(catalogue),
  ...duplicateSecretProblems(catalogue),
];

type OfSystem = { name: string; system: System; catalogue: Catalogue };

const systemProblems = (of: OfSystem): Problem[] => {
  const broken = [...nameProblems(of), ...networkProblems(of), ...datastoreProblems(of), ...serviceProblems(of)];
  return broken.length > 0 ? broken : cycleProblems(of);
};

/** Longest stack name (20) and the joints and suffix of a volume's name leave this much for system and part. */
const NAME_BUDGET = DOCKER_NAME_LIMIT - 20 - "__".length - "_data".length;

const nameProblems = ({ name, system }: OfSystem): Problem[] => {
  const parts = [
    ...Object.keys(system.datastores),
    ...Object.keys(system.services),
    ...Object.keys(system.volumes ?? {}),
  ];
  const malformed = [name, ...parts].filter((part) => !NAME_PATTERN.test(part));
  const long = parts.filter((part) => name.length + part.length > NAME_BUDGET);
  const twice = parts.filter((part, index) => parts.indexOf(part) !== index);
  return [
    ...malformed.map((part) =>
      problem(name, `the name ${JSON.stringify(part)} is not made of lower-case words joined by - or _`, "rename it"),
    ),
    ...long.map((part) =>
      problem(
        `${name}.${part}`,
        `with the system's name it has ${name.length + part.length} characters; at most ${NAME_BUDGET}`,
        "shorten it",
      ),
    ),
    ...twice.map((part) => problem(`${name}.${part}`, "is the name of two parts of the system", "rename one")),
  ];
};

const networkProblems = ({ name, system, catalogue }: OfSystem): Problem[] => {
  const offered = Object.entries(catalogue).flatMap(([other, { offersNetwork }]) =>
    offersNetwork ? [`${other}/${offersNetwork}`] : [],
  );
  return (system.joinsNetworks ?? [])
    .filter((joined) => !offered.includes(joined))
    .map((joined) =>
      problem(
        `${name}.joinsNetworks`,
        `${joined} is offered by no system; offered: ${offered.join(", ") || "none"}`,
        `correct infra/catalogue/${name}.ts`,
      ),
    );
};

const datastoreProblems = ({ name, system }: OfSystem): Problem[] =>
  Object.entries(system.datastores).flatMap(([part, datastore]) => [
    ...limitProblems(`${name}.${part}`, datastore.limits),
    ...portProblems(`${name}.${part}`, "hostPort", datastore.hostPort),
    ...secretsOf(datastore).flatMap((secret) =>
      unknownProblem(`${name}.${part}`, "secret", secret, Object.keys(system.secrets)),
    ),
  ]);

const secretsOf = (datastore: Datastore): string[] => {
  switch (datastore.engine) {
    case "redis":
    case "messaging":
      return [];
    case "mariadb":
      return [datastore.rootPassword, ...datastore.databases.map(({ password }) => password)];
    case "postgres":
    case "postgis":
      return [datastore.superuserPassword, ...datastore.databases.map(({ password }) => password)];
  }
};

const serviceProblems = ({ name, system }: OfSystem): Problem[] =>
  Object.entries(system.services).flatMap(([part, service]: [string, Service]) => {
    const path = `${name}.${part}`;
    return [
      ...limitProblems(path, service.limits),
      ...(service.reserves ? limitProblems(path, service.reserves) : []),
      ...(service.kind === "web" ? portProblems(path, "port", service.port) : []),
      ...(service.kind === "web" ? portProblems(path, "hostPort", service.hostPort) : []),
      ...(service.kind === "web" && !service.healthPath.startsWith("/")
        ? [problem(`${path}.healthPath`, `${service.healthPath} does not start with /`, `write /${service.healthPath}`)]
        : []),
      ...Object.entries(service.env).flatMap(([variable, value]) =>
        envProblems(`${path}.env.${variable}`, value, system),
      ),
      ...(service.after ?? []).flatMap((job) => unknownProblem(`${path}.after`, "job", job, jobsOf(system))),
      ...Object.keys(service.mounts ?? {}).flatMap((volume) =>
        unknownProblem(`${path}.mounts`, "volume", volume, Object.keys(system.volumes ?? {})),
      ),
      ...(service.onlyWith === undefined
        ? []
        : unknownProblem(`${path}.onlyWith`, "on-demand datastore", service.onlyWith, onDemandOf(system))),
    ];
  });

const jobsOf = ({ services }: System): string[] =>
  Object.keys(services).filter((part) => services[part]?.kind === "job");
const onDemandOf = ({ datastores }: System): string[] =>
  Object.keys(datastores).filter((part) => "onDemand" in (datastores[part] as Datastore));

/** The names a reference speaks of must be there; what runs on demand may be named only under whenOn. */
const envProblems = (path: string, value: EnvValue, system: System, guarded?: string): Problem[] => {
  if (typeof value === "string") return [];
  switch (value.kind) {
    case "secret":
      return unknownProblem(path, "secret", value.secret, Object.keys(system.secrets));
    case "database":
      return [
        ...datastoreReference(path, value, system, ["postgres", "postgis", "mariadb"], guarded),
        ...databaseReference(path, value, system),
      ];
    case "redis":
    case "messaging":
      return datastoreReference(path, value, system, [value.kind], guarded);
    case "topic":
      return datastoreReference(path, value, system, ["messaging"], guarded);
    case "serviceUrl":
      return unknownProblem(
        path,
        "web service",
        value.service,
        Object.keys(system.services).filter((s) => system.services[s]?.kind === "web"),
      );
    case "whenOn":
      return [
        ...unknownProblem(path, "on-demand datastore", value.datastore, onDemandOf(system)),
        ...envProblems(path, value.value, system, value.datastore),
      ];
    case "hotReload":
    case "byEnvironment":
      return [];
  }
};

const datastoreReference = (
  path: string,
  { datastore }: { datastore: string },
  { datastores }: System,
  engines: readonly Datastore["engine"][],
  guarded?: string,
): Problem[] => {
  const fitting = Object.keys(datastores).filter((part) => engines.includes((datastores[part] as Datastore).engine));
  const found = datastores[datastore];
  const unguarded = found !== undefined && "onDemand" in found && guarded !== datastore;
  return [
    ...unknownProblem(path, `${engines.join("/")} datastore`, datastore, fitting),
    ...(unguarded
      ? [
          problem(
            path,
            `${datastore} runs on demand, so the variable may be absent`,
            `write whenOn("${datastore}", ...)`,
          ),
        ]
      : []),
  ];
};

const databaseReference = (
  path: string,
  { datastore, database }: Extract<Reference, { kind: "database" }>,
  { datastores }: System,
): Problem[] => {
  const found = datastores[datastore];
  if (found === undefined || !("databases" in found)) return [];
  return unknownProblem(
    path,
    "database",
    database,
    found.databases.map(({ name }) => name),
  );
};

const cycleProblems = ({ name, system }: OfSystem): Problem[] => {
  const urls = (service: Service): string[] =>
    Object.values(service.env).flatMap((value) =>
      typeof value === "object" && value.kind === "serviceUrl" ? [value.service] : [],
    );
  const cycle = cycleIn(
    Object.entries(system.services).map(([id, service]: [string, Service]) => ({
      id,
      needs: [...(service.after ?? []), ...urls(service)],
    })),
  );
  return cycle
    ? [problem(name, `services wait for each other: ${cycle.join(" -> ")}`, "take out one of these after or urlOf")]
    : [];
};

const duplicatePortProblems = (catalogue: Catalogue): Problem[] => {
  const uses = Object.entries(catalogue).flatMap(([name, { datastores, services }]) =>
    [...Object.entries(datastores), ...Object.entries(services)].flatMap(([part, { ...described }]) =>
      "hostPort" in described && described.hostPort !== undefined
        ? [{ path: `${name}.${part}`, port: described.hostPort }]
        : [],
    ),
  );
  return uses.flatMap(({ path, port }, index) => {
    const first = uses.findIndex((use) => use.port === port);
    return first < index
      ? [problem(`${path}.hostPort`, `${port} is already the host port of ${uses[first]?.path}`, "choose a free one")]
      : [];
  });
};

/** A secret's full name is made of the system's and its own, and both may hold the joint. */
const duplicateSecretProblems = (catalogue: Catalogue): Problem[] => {
  const first = new Map<string, string>();
  return Object.entries(catalogue).flatMap(([system, { secrets }]) =>
    Object.keys(secrets).flatMap((secret) => {
      const name = secretName({ system, secret });
      const path = `${system}.secrets.${secret}`;
      const other = first.get(name);
      first.set(name, path);
      return other === undefined ? [] : [problem(path, `has the same full name as ${other}: ${name}`, "rename one")];
    }),
  );
};

const limitProblems = (path: string, { cpu, memory }: { cpu: number; memory: string }): Problem[] => [
  ...(/^[1-9]\d*Mi$/.test(memory)
    ? []
    : [
        problem(
          `${path}.limits.memory`,
          `${memory} is no amount; allowed: whole mebibytes, as 512Mi`,
          "write it in Mi",
        ),
      ]),
  ...(cpu > 0 && cpu <= 8
    ? []
    : [
        problem(
          `${path}.limits.cpu`,
          `${cpu} is out of range; allowed: above 0, at most 8, Cloud Run's most`,
          "write a number of CPUs",
        ),
      ]),
];

const portProblems = (path: string, field: string, port: number | undefined): Problem[] =>
  port === undefined || (Number.isInteger(port) && port >= 1 && port <= 65_535)
    ? []
    : [problem(`${path}.${field}`, `${port} is no port; allowed: 1 to 65535`, "choose another")];

const unknownProblem = (path: string, kind: string, written: string, known: readonly string[]): Problem[] =>
  known.includes(written)
    ? []
    : [
        problem(
          path,
          `there is no ${kind} ${written}.${suggestion(written, known)} Known: ${known.join(", ") || "none"}`,
          "name one of these, or add it",
        ),
      ];

const problem = (path: string, message: string, cure: string): Problem => ({
  path: `catalogue: ${path}`,
  message,
  cure,
});
