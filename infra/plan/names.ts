import { containerName, googleName, networkName, sharedNetworkName, volumeName } from "../naming";
import type { Problem } from "../problems";
import type { PlannedValue } from "./env";
import { logicalName, partOf } from "./ids";
import type { CloudPlan, NamedPlan, PlannedDatastore, PlannedService } from "./plan";
import { byDatastore, redisServersOf, serversOf, type Server } from "./servers";
import {
  passwordName,
  placedDatabases,
  storedIn,
  storedName,
  storedValues,
  turns,
  userName,
  type StoredValue,
} from "./stored-secrets";

/** A name that a plan gives: within one space no two may be equal. `owner` is who has it, in the catalogue's words. */
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
    sharedNames(databaseNames(plan, server)).map(({ first, second }) => ({
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
  const parts = [...plan.datastores.values(), ...plan.services.values()];
  return [
    ...parts.map(({ id, system, name }) => ({
      ...{ space: "container name", owner: id },
      name: containerName({ stack, system, role: name }),
    })),
    ...logicalNames([...plan.datastores.values()], "datastore"),
    ...logicalNames([...plan.services.values()], "service"),
    ...[...plan.systems.values()].flatMap(({ name: system, offersNetwork, volumes }) => [
      { space: "network name", name: networkName({ stack, system }), owner: system },
      { space: "logical name of a network", name: logicalName({ system, name: "network" }), owner: system },
      ...(offersNetwork === undefined
        ? []
        : [
            {
              ...{ space: "network name", owner: `${system}.offersNetwork` },
              name: sharedNetworkName({ stack, system, network: offersNetwork }),
            },
            {
              ...{ space: "logical name of a network", owner: `${system}.offersNetwork` },
              name: logicalName({ system, name: offersNetwork }),
            },
          ]),
      ...volumes.flatMap((name) => systemVolume({ stack, system, name, owner: `${system}.volumes.${name}` })),
      // Where code is mounted, a system has one more.
      ...systemVolume({ stack, system, name: "cache", owner: `${system}'s cache of package downloads` }),
    ]),
    ...[...plan.datastores.values()].flatMap((datastore) => [
      { space: "volume name", name: volumeName({ stack, role: datastore.name, ...datastore }), owner: datastore.id },
      { space: "logical name of a volume", name: `${logicalName(datastore)}-data`, owner: datastore.id },
    ]),
  ];
};

const systemVolume = ({
  stack,
  system,
  name,
  owner,
}: {
  stack: string;
  system: string;
  name: string;
  owner: string;
}): Given[] => [
  { space: "volume name", name: volumeName({ stack, system, role: name }), owner },
  { space: "logical name of a volume", name: logicalName({ system, name }), owner },
];

const cloudNames = (plan: NamedPlan): Given[] => {
  const { stack } = plan;
  const services = [...plan.services.values()];
  const servers = serversOf(plan);
  return [
    ...services.flatMap(({ id, system, name }) => processNames({ stack, owner: id, parts: [system, name] })),
    ...servers.flatMap(({ id }) => processNames({ stack, owner: `the database server ${id}`, parts: [id, "prepare"] })),
    ...servers.map((server) => serverName(server, "Cloud SQL instance")),
    ...servers.flatMap(administratorNames),
    ...redisServersOf(plan).map((server) => serverName(server, "Memorystore instance")),
    ...[...plan.datastores.values()].flatMap(logicalDatabaseNames),
    ...storedValues(plan).map(({ name, value }) => ({
      ...{ space: "secret in Secret Manager", owner: storedOwner(value), cure: OWN_PASSWORD },
      name: googleName({ kind: "secret", stack, parts: [name] }),
    })),
    ...randomNames(plan),
    ...services.flatMap((service) => permissionNames(plan, service)),
  ];
};

const logicalNames = (parts: readonly { id: string; system: string; name: string }[], what: string): Given[] =>
  parts.map((part) => ({ space: `logical name of a ${what}`, name: logicalName(part), owner: part.id }));

/** A service, job or worker pool, and the account as which it runs. */
const processNames = ({ stack, owner, parts }: { stack: string; owner: string; parts: string[] }): Given[] => [
  { space: "name on Cloud Run", name: googleName({ kind: "run", stack, parts }), owner },
  { space: "service account", name: googleName({ kind: "serviceAccount", stack, parts }), owner },
  { space: "logical name of a service", name: parts.join("-"), owner },
];

const serverName = ({ id, name }: Server, space: string): Given => ({ space, name, owner: `the server ${id}` });

const OWN_PASSWORD =
  'give each database a password secret of its own, which nothing else is; a service reads it by databasePart(..., "password")';

/** Who prepares the databases of a server, beside their own users. */
const administratorNames = ({ id }: Server): Given[] => {
  const owner = `the administrator of the database server ${id}`;
  return [
    { space: "logical name of a database's user", name: `${id}-admin`, owner },
    { space: "random value", name: `${id}-admin-password`, owner },
  ];
};

/** A stored value in the catalogue's words. */
const storedOwner = (value: StoredValue): string => {
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
const databaseNames = (_: CloudPlan, { datastores }: Server): Given[] =>
  placedDatabases(datastores).flatMap(({ datastore, database: { name, user } }) => {
    const owner = `${datastore.id}, database ${name}`;
    return [
      { space: "database", name, owner },
      ...turns.map((turn) => ({ space: "user", name: userName(user, turn), owner })),
    ];
  });

const logicalDatabaseNames = (datastore: PlannedDatastore): Given[] =>
  placedDatabases([datastore]).flatMap(({ database: { name, user } }) => {
    const owner = `${datastore.id}, database ${name}`;
    const logical = (last: string): string => `${logicalName(datastore)}-${last}`;
    return [
      { space: "logical name of a database", name: logical(name), owner },
      ...turns.map((turn) => ({
        ...{ space: "logical name of a database's user", owner },
        name: logical(userName(user, turn)),
      })),
    ];
  });

/**
 * The values that a plan makes, by logical name: each secret, and the second user's password of each database. A
 * password is one database's alone, and no server's superuser has it.
 */
const randomNames = (plan: NamedPlan): Given[] => {
  const datastores = [...plan.datastores.values()];
  const space = "random value";
  const cure = OWN_PASSWORD;
  const passwords = placedDatabases(datastores).flatMap(({ datastore, database: { name, password } }) =>
    turns.map((turn) => ({
      ...{ space, cure, name: passwordName(password, turn) },
      owner: `the password of ${datastore.id}, database ${name}`,
    })),
  );
  const administrators = datastores.flatMap((datastore) => {
    const owner = "the password of a server's administrator";
    if ("superuserPassword" in datastore) return [{ space, cure, name: datastore.superuserPassword, owner }];
    return "rootPassword" in datastore ? [{ space, cure, name: datastore.rootPassword, owner }] : [];
  });
  const own = new Set([
    ...placedDatabases(datastores).map(({ database }) => database.password),
    ...administrators.map(({ name }) => name),
  ]);
  const read = [...plan.services.values()].flatMap(({ env }) => Object.values(env).flatMap(secretIn));
  const secrets = [...plan.secrets.keys()].filter((name) => !own.has(name));
  return [
    ...passwords,
    ...administrators,
    ...[...secrets, ...read].map((name) => ({ space, cure, name, owner: `the secret ${name}` })),
  ];
};

const secretIn = (value: PlannedValue): string[] =>
  typeof value === "object" && value.kind === "secret" ? [value.secret] : [];

/** What an account may do, by logical name: read a secret, connect to a server, call a service. */
const permissionNames = (plan: NamedPlan, service: PlannedService): Given[] => {
  const account = logicalName(service);
  const owner = service.id;
  const stored = Object.values(service.env).flatMap((value) => storedIn(value) ?? []);
  const servers = byDatastore(serversOf(plan));
  const connected = new Set(service.needs.flatMap((need) => servers.get(need)?.id ?? []));
  const called = service.needs.filter((need) => plan.services.get(need)?.kind === "web");
  return [
    ...[...new Set(stored.map((value) => storedName(value, plan)))].map((name) => `${account}-reads-${name}`),
    ...[...connected].map((id) => `${account}-connects-${id}`),
    ...called.map((id) => `${account}-calls-${logicalName(partOf(id))}`),
  ].map((name) => ({ space: "logical name of a permission", name, owner }));
};
