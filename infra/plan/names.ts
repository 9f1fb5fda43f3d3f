import { containerName, googleName, networkName, sharedNetworkName, volumeName } from "../naming";
import type { Problem } from "../problems";
import { logicalName, partOf, type Part } from "./ids";
import type { CloudPlan, NamedPlan, PlannedService, PlannedSystem } from "./plan";
import { byDatastore, redisServersOf, serversOf, type Server } from "./servers";
import * as stored from "./stored-secrets";

/** A name that a plan gives: within one space no two may be equal. `owner` has it, in the catalogue's words. */
type Given = { space: string; name: string; owner: string; cure?: string };

/**
 * Names that two parts of a catalogue would share, on a laptop or on Google Cloud: names are made by joining words, and
 * words may hold the joint. `plan` runs everything, so that nothing has to be renamed when it is switched on.
 */
export const nameProblems = (plan: NamedPlan): Problem[] =>
  [localNames(plan), cloudNames(plan)].flatMap((names) => sharedNames(names).map(sharedProblem));

/** Databases and users of one server need different names. */
export const serverProblems = (plan: CloudPlan): Problem[] =>
  serversOf(plan).flatMap((server) =>
    sharedNames(databaseNames(server)).map(({ first, second }) => ({
      path: `database server ${server.id}`,
      message: `${first.owner} and ${second.owner} would have the same ${second.space} on it: ${second.name}`,
      cure: `rename one in the catalogue, or ./fleet pulumi config set fleet:sql perSystem --stack ${plan.stack}`,
    })),
  );

type Shared = { first: Given; second: Given };

/** Each name that a second owner has, with the first; within one space and as Google spells it. */
const sharedNames = (names: readonly Given[]): Shared[] => {
  const owners = new Map<string, Given>();
  return names.flatMap((second) => {
    const key = `${second.space}\n${second.name}`;
    const first = owners.get(key) ?? second;
    owners.set(key, first);
    return first.owner === second.owner ? [] : [{ first, second }];
  });
};

const sharedProblem = ({ first, second }: Shared): Problem => ({
  path: `catalogue: ${second.owner}`,
  message: `would have the same ${second.space} as ${first.owner}: ${second.name}`,
  cure: second.cure ?? "rename the one of the two that holds no data yet, in infra/catalogue",
});

const localNames = (plan: NamedPlan): Given[] => {
  const { stack } = plan;
  const datastores = [...plan.datastores.values()];
  const services = [...plan.services.values()];
  return [
    ...[...datastores, ...services].map(({ id: owner, system, name: role }) => ({
      ...{ space: "container name", owner },
      name: containerName({ stack, system, role }),
    })),
    ...datastores.map((part) => logical("datastore", part, part.id)),
    ...services.map((part) => logical("service", part, part.id)),
    ...[...plan.systems.values()].flatMap((system) => systemNames(stack, system)),
    ...datastores.flatMap(({ id: owner, system, name: role }) => [
      { space: "volume name", owner, name: volumeName({ stack, system, role }) },
      logical("volume", { system, name: `${role}-data` }, owner),
    ]),
  ];
};

const logical = (what: string, part: Part, owner: string): Given => ({
  ...{ space: `logical name of a ${what}`, owner },
  name: logicalName(part),
});

const systemNames = (stack: string, { name: system, offersNetwork, volumes }: PlannedSystem): Given[] => {
  const kept = volumes.map((name) => ({ name, owner: `${system}.volumes.${name}` }));
  // Where code is mounted, a system has one more.
  const cache = { name: "cache", owner: `${system}'s cache of package downloads` };
  const offered = offersNetwork === undefined ? [] : [{ network: offersNetwork, owner: `${system}.offersNetwork` }];
  return [
    { space: "network name", name: networkName({ stack, system }), owner: system },
    logical("network", { system, name: "network" }, system),
    ...offered.flatMap(({ network, owner }) => [
      { space: "network name", name: sharedNetworkName({ stack, system, network }), owner },
      logical("network", { system, name: network }, owner),
    ]),
    ...[...kept, cache].flatMap(({ name, owner }) => [
      { space: "volume name", name: volumeName({ stack, system, role: name }), owner },
      logical("volume", { system, name }, owner),
    ]),
  ];
};

const cloudNames = (plan: NamedPlan): Given[] => {
  const { stack } = plan;
  const services = [...plan.services.values()];
  const servers = serversOf(plan);
  return [
    ...services.flatMap(({ id, system, name }) => processNames({ stack, owner: id, parts: [system, name] })),
    ...servers.flatMap((server) => serverNames(stack, server)),
    ...redisServersOf(plan).map(({ id, name }) => ({
      ...{ space: "Memorystore instance", owner: `the server ${id}` },
      name,
    })),
    ...stored.placedDatabases([...plan.datastores.values()]).flatMap(logicalDatabaseNames),
    ...stored.storedValues(plan).map(({ name, value }) => ({
      ...{ space: "secret in Secret Manager", owner: storedOwner(value), cure: OWN_PASSWORD },
      name: googleName({ kind: "secret", stack, parts: [name] }),
    })),
    ...randomNames(plan),
    ...services.flatMap((service) => permissionNames(plan, service)),
  ];
};

/** A service, job or worker pool, and the account as which it runs. */
const processNames = ({ stack, owner, parts }: { stack: string; owner: string; parts: string[] }): Given[] => [
  { space: "name on Cloud Run", name: googleName({ kind: "run", stack, parts }), owner },
  { space: "service account", name: googleName({ kind: "serviceAccount", stack, parts }), owner },
  { space: "logical name of a service", name: parts.join("-"), owner },
];

/** A Cloud SQL instance, the job that prepares its databases, and the administrator as which the job signs in. */
const serverNames = (stack: string, { id, name }: Server): Given[] => {
  const owner = `the administrator of the database server ${id}`;
  return [
    ...processNames({ stack, owner: `the database server ${id}`, parts: [id, "prepare"] }),
    { space: "Cloud SQL instance", name, owner: `the server ${id}` },
    { space: "logical name of a database's user", name: `${id}-admin`, owner },
    { space: "random value", name: `${id}-admin-password`, owner },
  ];
};

const OWN_PASSWORD =
  'give each database a password secret of its own, which nothing else is; a service reads it by databasePart(..., "password")';

/** A stored value in the catalogue's words. */
const storedOwner = (value: stored.StoredValue): string => {
  switch (value.kind) {
    case "secret":
      return `the secret ${value.secret}`;
    case "database":
      return `the ${value.part} of ${value.datastore}, database ${value.database}`;
    case "redis":
      return `the address of ${value.datastore}, database ${value.index}`;
    case "administrator":
      return `the administrator's password of the database server ${value.server}`;
  }
};

/** Databases and users are the server's; both users of a database count, also before the first rotation. */
const databaseNames = ({ datastores }: Server): Given[] =>
  stored.placedDatabases(datastores).flatMap(({ datastore, database: { name, user } }) => {
    const owner = `${datastore.id}, database ${name}`;
    return [
      { space: "database", name, owner },
      ...stored.turns.map((turn) => ({ space: "user", name: stored.userName(user, turn), owner })),
    ];
  });

const logicalDatabaseNames = ({ datastore, database: { name, user } }: stored.PlacedDatabase): Given[] => {
  const { id, system, name: part } = datastore;
  const owner = `${id}, database ${name}`;
  return [
    logical("database", { system, name: `${part}-${name}` }, owner),
    ...stored.turns.map((turn) =>
      logical("database's user", { system, name: `${part}-${stored.userName(user, turn)}` }, owner),
    ),
  ];
};

/**
 * The values that a plan makes, by logical name: each secret, and the second user's password of each database. A
 * password is one database's alone, and no server's superuser has it.
 */
const randomNames = (plan: NamedPlan): Given[] => {
  const datastores = [...plan.datastores.values()];
  const space = "random value";
  const cure = OWN_PASSWORD;
  const passwords = stored.placedDatabases(datastores).flatMap(({ datastore, database: { name, password } }) =>
    stored.turns.map((turn) => ({
      ...{ space, cure, name: stored.passwordName(password, turn) },
      owner: `the password of ${datastore.id}, database ${name}`,
    })),
  );
  const administrators = datastores.flatMap((datastore) => {
    const owner = "the password of a server's administrator";
    if ("superuserPassword" in datastore) return [{ space, cure, name: datastore.superuserPassword, owner }];
    if ("rootPassword" in datastore) return [{ space, cure, name: datastore.rootPassword, owner }];
    return "password" in datastore
      ? [{ space, cure, name: datastore.password, owner: `the password of ${datastore.id}` }]
      : [];
  });
  const own = new Set([
    ...stored.placedDatabases(datastores).map(({ database }) => database.password),
    ...administrators.map(({ name }) => name),
  ]);
  const values = [...plan.services.values()].flatMap(({ env }) => Object.values(env));
  const read = values.flatMap((value) => (typeof value === "object" && value.kind === "secret" ? [value.secret] : []));
  const secrets = [...plan.secrets.keys()].filter((name) => !own.has(name));
  return [
    ...passwords,
    ...administrators,
    ...[...secrets, ...read].map((name) => ({ space, cure, name, owner: `the secret ${name}` })),
  ];
};

/** The permissions of an account, by logical name: to read a secret, connect to a server, call a service. */
const permissionNames = (plan: NamedPlan, service: PlannedService): Given[] => {
  const account = logicalName(service);
  const owner = service.id;
  const values = Object.values(service.env).flatMap((value) => stored.storedIn(value) ?? []);
  const servers = byDatastore(serversOf(plan));
  const connected = new Set(service.needs.flatMap((need) => servers.get(need)?.id ?? []));
  const called = service.needs.filter((need) => plan.services.get(need)?.kind === "web");
  return [
    ...[...new Set(values.map((value) => stored.storedName(value, plan)))].map((name) => `${account}-reads-${name}`),
    ...[...connected].map((id) => `${account}-connects-${id}`),
    ...called.map((id) => `${account}-calls-${logicalName(partOf(id))}`),
  ].map((name) => ({ space: "logical name of a permission", name, owner }));
};
