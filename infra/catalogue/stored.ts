import { adminPasswordName, besidePassword, redisUrlName, secretName } from "../naming";
import type { Problem } from "../problems";
import type { Catalogue } from "./index";
import type { Database, Datastore, EnvValue, System } from "./vocabulary";

/** Redis numbers its databases from 0, and a datastore has four (infra/targets/gcp/servers.ts). */
const REDIS_DATABASES = [0, 1, 2, 3];

/** A name under which a value is made or stored, what the value is, and where the catalogue says so. */
type Stored = { name: string; value: string; path: string };

/**
 * Every value that is made or stored has a name of its own in the stack: a second one under the same name would be read
 * as the first, and its service would work on the data of another.
 */
export const storedProblems = (catalogue: Catalogue): Problem[] => {
  const first = new Map<string, Stored>();
  return Object.entries(catalogue)
    .flatMap(([name, system]) => storedBy({ name, system }))
    .flatMap((stored) => {
      // As Google spells it.
      const key = stored.name.replaceAll("_", "-");
      const taken = first.get(key) ?? stored;
      first.set(key, taken);
      return taken.value === stored.value ? [] : [twice({ stored, taken })];
    });
};

const twice = ({ stored, taken }: { stored: Stored; taken: Stored }): Problem => ({
  path: `catalogue: ${stored.path}`,
  message: `${stored.value} would be kept under the name ${stored.name}, which ${taken.value} (${taken.path}) has; allowed: one value under a name`,
  cure: 'give each database a password secret of its own, and no other secret of the system such a name; a service reads a database\'s password by databasePart(..., "password")',
});

type OfSystem = { name: string; system: System };

const storedBy = (of: OfSystem): Stored[] => {
  const databases = databasesOf(of);
  const passwords = new Set(databases.map(({ password }) => password));
  return [
    ...databases.flatMap(({ stored }) => stored),
    ...Object.entries(of.system.datastores).flatMap(([part, datastore]) => serverValues({ of, part, datastore })),
    ...Object.keys(of.system.secrets)
      .filter((secret) => !passwords.has(secret))
      .map((secret) => secretValue({ of, secret, path: `${of.name}.secrets.${secret}` })),
    ...Object.entries(of.system.services).flatMap(([part, { env }]) =>
      Object.entries(env).flatMap(([variable, value]) =>
        secretsNamed(value).map((secret) => secretValue({ of, secret, path: `${of.name}.${part}.env.${variable}` })),
      ),
    ),
  ];
};

const secretValue = ({ of: { name }, secret, path }: { of: OfSystem; secret: string; path: string }): Stored => ({
  name: secretName({ system: name, secret }),
  value: `the secret ${secret} of ${name}`,
  path,
});

const databasesOf = ({ name, system }: OfSystem): { password: string; stored: Stored[] }[] =>
  Object.entries(system.datastores).flatMap(([part, datastore]) =>
    ("databases" in datastore ? datastore.databases : []).map((database: Database) => ({
      password: database.password,
      stored: databaseValues({ system: name, part, database }),
    })),
  );

const databaseValues = ({ system, part, database }: { system: string; part: string; database: Database }): Stored[] => {
  const password = secretName({ system, secret: database.password });
  const { user, url, secondPassword } = besidePassword(password);
  const path = `${system}.${part}.databases.${database.name}`;
  const of = `${system}/${part}/${database.name}`;
  return [
    { name: password, value: `the password of ${of}`, path },
    { name: secondPassword, value: `the second password of ${of}`, path },
    { name: user, value: `the user of ${of}`, path },
    { name: url, value: `the address of ${of}`, path },
  ];
};

/** A server's superuser may be another server's too: no service gets it, and none is told another's value. */
const serverValues = ({ of, part, datastore }: { of: OfSystem; part: string; datastore: Datastore }): Stored[] => {
  const path = `${of.name}.${part}`;
  switch (datastore.engine) {
    case "postgres":
    case "postgis":
      return [
        secretValue({ of, secret: datastore.superuserPassword, path }),
        // Of the shared server, and of the system's own.
        { name: adminPasswordName("postgres"), value: "the administrator's password of the shared server", path },
        { name: adminPasswordName(`${of.name}-${part}`), value: `the administrator's password of ${path}`, path },
      ];
    case "mariadb":
      return [secretValue({ of, secret: datastore.rootPassword, path })];
    case "redis":
      return REDIS_DATABASES.map((index) => ({
        name: redisUrlName({ datastore: `${of.name}/${part}`, index }),
        value: `the address of ${of.name}/${part}, database ${index}`,
        path,
      }));
    case "messaging":
      return [];
  }
};

const secretsNamed = (value: EnvValue): string[] => {
  if (typeof value === "string") return [];
  if (value.kind === "whenOn") return secretsNamed(value.value);
  return value.kind === "secret" ? [value.secret] : [];
};
