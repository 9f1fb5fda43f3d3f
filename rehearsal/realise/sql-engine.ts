import type { Realise } from "../realise";

/** What differs between the servers of two engines; sql-server.ts runs them. */
export type ServerEngine = {
  /** Finds or makes the image that a server runs. @throws ImageError */
  image: (realise: Realise, version: string) => Promise<string>;
  /** A shell script that runs as root at each start, before the image's own entrypoint. */
  before: string;
  command: (flags: Record<string, string>) => string[];
  env: (adminPassword: string) => Record<string, string>;
  dataFolder: string;
  socketFolder: string;
  /** What clients connect to: a file of the socket's folder, or the folder itself where it is empty. */
  socket: string;
  /** Succeeds once the server takes connections; the one that makes the data folder at first does not count. */
  readyCommand: string[];
  /** A shell command that runs the SQL on its standard input in $DATABASE, as the superuser; columns end with a tab. */
  client: string;
  /** A shell command that writes every database as a program of SQL. */
  dump: string;
  /** A shell command that removes all databases of users, and makes those of a dump on its standard input, with their users. */
  restore: string;
  /** A shell command that puts a dump on its standard input in the place of what $DATABASE holds, for $OWNER; absent where none is taken. */
  load?: string;
  /** The variable in which the client finds the superuser's password. */
  passwordVariable: string;
  /** The database in which statements run that are about none. */
  home: string;
  /** Statements that make a server Cloud SQL's, by the databases in which they run at each start. */
  prepare: Record<string, string>;
  statements: Statements;
  looks: Looks;
  /** The server's message in what a client printed. */
  messageIn: (output: string) => string;
  /** The line of a server that did not start that says why. */
  fatalIn: (lines: readonly string[]) => string | undefined;
};

/** The SQL that only looks at what a database holds and does; a row a line, columns separated by tabs. */
export type Looks = {
  /** Goes to a database, and says so in a line of its own: LOOKS_INTO and its name. */
  into: (database: string) => string;
  /** Each table, and the exact number of its rows. */
  rows: string;
  /** Django's record of migrations in the order in which they were applied: app, name, milliseconds since 1970. */
  migrations: string;
  /** The locks that keep others out, and who waits for one, as JSON objects; absent where a server does not tell. */
  locks?: string;
};

/** Begins the line before what a look into a database prints. */
export const LOOKS_INTO = "-- database";

/** The SQL for what the API is asked. Each can run a second time. */
export type Statements = {
  /** The user is made, or changed to be so: with cloudsqlsuperuser, unless roles are given. */
  putUser: (user: SqlUser) => string;
  /** A server refuses while it would leave something without an owner; so does Cloud SQL. */
  dropUser: (user: Pick<SqlUser, "name" | "host">) => string;
  createDatabase: (database: SqlDatabase) => string;
  alterDatabase: (database: SqlDatabase) => string;
  dropDatabase: (name: string) => string;
};

export type SqlUser = {
  name: string;
  /** From where the user may connect; empty where users have no hosts. */
  host: string;
  /** The password stays where this is absent. */
  password?: string;
  /** The roles that the user gets instead of cloudsqlsuperuser. */
  roles?: readonly string[];
  /** Whether the roles that the user has are revoked first. */
  revoke?: boolean;
};

export type SqlDatabase = { name: string; charset: string; collation: string };
