import { containerName, googleName, networkName, sharedNetworkName, volumeName } from "../naming";
import type { Problem } from "../problems";
import { logicalName, lookUp, partOf } from "./ids";
import type { CloudPlan, LocalPlan, Plan, PlannedService } from "./plan";
import { byDatastore, redisServersOf, serversOf, type Server } from "./servers";
import {
  passwordName,
  placedDatabases,
  sameValue,
  storedIn,
  storedName,
  storedValues,
  usersOf,
} from "./stored-secrets";

/** A name that a plan gives: within one space no two may be equal. `owner` is who has it, in the catalogue's words. */
type Given = { space: string; name: string; owner: string };

/** Names that two parts of a plan would share: names are made by joining words, and words may hold the joint. */
export const nameProblems = (plan: Plan): Problem[] => {
  const owners = new Map<string, Given>();
  return (plan.target === "gcp" ? cloudNames(plan) : localNames(plan)).flatMap((given) => {
    const key = `${given.space}\n${given.name}`;
    const first = owners.get(key);
    owners.set(key, first ?? given);
    return first === undefined || first.owner === given.owner ? [] : [shared(first, given)];
  });
};

const shared = ({ owner: first }: Given, { space, name, owner }: Given): Problem => ({
  path: `catalogue: ${owner}`,
  message: `would have the same ${space} as ${first}: ${name}`,
  cure: `rename one of the two in infra/catalogue, the one that holds no data yet`,
});

const localNames = (plan: LocalPlan): Given[] => {
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
      // Where code is mounted a system has a volume for package downloads.
      ...[...volumes, "cache"].flatMap((name) =>
        [
          ...[{ space: "volume name", name: volumeName({ stack, system, role: name }) }],
          ...[{ space: "logical name of a system's volume", name: logicalName({ system, name }) }],
        ].map((given) => ({ ...given, owner: `${system}.volumes.${name}` })),
      ),
    ]),
    ...[...plan.datastores.values()].map(({ id, system, name }) => ({
      ...{ space: "volume name", owner: id },
      name: volumeName({ stack, system, role: name }),
    })),
  ];
};

const cloudNames = (plan: CloudPlan): Given[] => {
  const { stack } = plan;
  const services = [...plan.services.values()];
  const servers = serversOf(plan);
  return [
    ...logicalNames(services, "service"),
    ...services.flatMap(({ id, system, name }) => processNames({ stack, owner: id, parts: [system, name] })),
    ...servers.flatMap(({ id }) => processNames({ stack, owner: `the database server ${id}`, parts: [id, "prepare"] })),
    ...servers.map((server) => serverName(server, "Cloud SQL instance")),
    ...redisServersOf(plan).map((server) => serverName(server, "Memorystore instance")),
    ...servers.flatMap((server) => databaseNames(plan, server)),
    ...storedValues(plan).flatMap(({ name, value }) => [
      { space: "stored secret", name, owner: sameValue(value) },
      {
        ...{ space: "secret in Secret Manager", owner: sameValue(value) },
        name: googleName({ kind: "secret", stack, parts: [name] }),
      },
    ]),
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
  { space: "logical name of an account", name: parts.join("-"), owner },
];

const serverName = ({ id, name }: Server, space: string): Given => ({ space, name, owner: `the server ${id}` });

/** Databases and users, which are the server's; both users of a database count, also before the first rotation. */
const databaseNames = ({ secrets }: CloudPlan, { id, datastores }: Server): Given[] =>
  placedDatabases(datastores).flatMap(({ datastore, database }) => {
    const owner = `${datastore.id}, database ${database.name}`;
    const rotated = new Map(secrets).set(database.password, {
      ...lookUp(secrets, database.password),
      rotation: 1,
    });
    const users = usersOf(database, { secrets: rotated });
    const logical = (name: string): string => `${logicalName(datastore)}-${name}`;
    return [
      { space: `database of the server ${id}`, name: database.name, owner },
      { space: "logical name of a database", name: logical(database.name), owner },
      ...users.flatMap(({ user }) => [
        { space: `user of the server ${id}`, name: user, owner },
        { space: "logical name of a database's user", name: logical(user), owner },
      ]),
    ];
  });

/** Random values by their logical names: each secret, and the second user's password of each database. */
const randomNames = (plan: CloudPlan): Given[] => [
  ...[...plan.secrets.keys()].map((name) => ({ space: "random value", name, owner: `secret ${name}` })),
  ...placedDatabases([...plan.datastores.values()]).map(({ database: { password } }) => ({
    space: "random value",
    name: passwordName(password, "second"),
    owner: `the second user's password of secret ${password}`,
  })),
];

/** What an account may do, by logical name: read a secret, connect to a server, call a service. */
const permissionNames = (plan: CloudPlan, service: PlannedService): Given[] => {
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
