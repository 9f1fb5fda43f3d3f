import fc from "fast-check";
import { parseDocument } from "yaml";

/** What the edits of a soak have made of the catalogue and the settings so far; a case changes one field. */
export type Model = {
  title: string;
  webDescription: string;
  serverDescription: string;
  /** In mebibytes. */
  webMemory: number;
  webCpu: number;
  serverMemory: number;
  redisMemory: number;
  variable: string;
  code: string;
  webPort: number;
  serverPort: number;
  interval: number;
  processes: number;
  postgresVersion: string;
  redisVersion: string;
  mariadbVersion: string;
  volume: boolean;
  network: string;
  joins: boolean;
  /** Whether parts stand in another order. */
  reversed: boolean;
  portOffset: number;
  hotReload: boolean;
  systems: readonly string[];
  mariadb: boolean;
  /** By full name. */
  passwords: Readonly<Record<string, string>>;
  rename?: keyof typeof RENAMES;
};

export const SYSTEMS = ["callcenter", "leads"];
export const LEADS_PASSWORD = "leads-postgres-password";
export const CALLS_PASSWORD = "callcenter-db-postgres-password";
export const ARCHIVE_PASSWORD = "callcenter-db-mariadb-password";

export const FIRST: Model = {
  ...{ title: "Leads", webDescription: "Leads API", serverDescription: "Leads database", variable: "one", code: "one" },
  ...{ webMemory: 512, webCpu: 1, serverMemory: 512, redisMemory: 256, interval: 5, processes: 2 },
  ...{ webPort: 8086, serverPort: 5436, portOffset: 0, hotReload: false },
  ...{ postgresVersion: "15", redisVersion: "7", mariadbVersion: "11" },
  ...{ volume: false, network: "service_network", joins: false, reversed: false },
  ...{ systems: SYSTEMS, mariadb: true },
  passwords: { [LEADS_PASSWORD]: "one", [CALLS_PASSWORD]: "one", [ARCHIVE_PASSWORD]: "one" },
};

type Replacement = readonly [from: string, to: string];

/** Renames of one thing each, in the files that name it. */
export const RENAMES = {
  service: { "infra/catalogue/leads.ts": [["    web: web(", "    front: web("]] },
  redis: {
    "infra/catalogue/leads.ts": [
      ["    redis: redis(", "    cache: redis("],
      ['redisUrl("redis", 0)', 'redisUrl("cache", 0)'],
    ],
  },
  server: {
    "infra/catalogue/leads.ts": [
      ["    postgres: postgres(", "    store: postgres("],
      ['databaseUrl("postgres", "leads")', 'databaseUrl("store", "leads")'],
    ],
  },
  database: {
    "infra/catalogue/leads.ts": [
      ['{ name: "leads", password', '{ name: "prospects", password'],
      ['databaseUrl("postgres", "leads")', 'databaseUrl("postgres", "prospects")'],
    ],
  },
  user: { "infra/catalogue/leads.ts": [['{ name: "leads", password', '{ name: "leads", user: "app", password']] },
} as const satisfies Record<string, Readonly<Record<string, readonly Replacement[]>>>;

/** One edit; where `undone` is said, it is taken back within the same case. */
export type Edit = { kind: string; change: (model: Model) => Partial<Model>; undone?: boolean };

/** Tags of the same major version that only the soak has: 15.99. */
export const MINOR = 99;

const text = fc.string({ minLength: 1, maxLength: 24 }).filter((value) => value.trim() !== "");
const memory = (least: number): fc.Arbitrary<number> => fc.integer({ min: least, max: 2 * least });

const edit = <T>(kind: string, values: fc.Arbitrary<T>, change: (value: T) => Partial<Model>): fc.Arbitrary<Edit> =>
  values.map((value) => ({ kind, change: () => change(value) }));

/** Switches to the other of two values. */
const toggle = (kind: string, change: Edit["change"]): fc.Arbitrary<Edit> => fc.constant({ kind, change });

const undone = (edits: fc.Arbitrary<Edit>): fc.Arbitrary<Edit> => edits.map((each) => ({ ...each, undone: true }));

const otherTag = (version: string, major: string): string => (version === major ? `${major}.${MINOR}` : major);

/** Any edit, each kind as often as the next. */
export const edits: fc.Arbitrary<Edit> = fc.oneof(
  edit("title", text, (title) => ({ title })),
  edit("label of a service", text, (webDescription) => ({ webDescription })),
  edit("label of a server", text, (serverDescription) => ({ serverDescription })),
  edit("limits of a service", fc.tuple(memory(300), fc.integer({ min: 2, max: 20 })), ([webMemory, tenths]) => ({
    ...{ webMemory, webCpu: tenths / 10 },
  })),
  edit("limits of a server", memory(300), (serverMemory) => ({ serverMemory })),
  edit("limits of Redis", memory(128), (redisMemory) => ({ redisMemory })),
  edit("variable", text, (variable) => ({ variable })),
  edit("code", fc.stringMatching(/^[a-z]{1,20}$/), (code) => ({ code })),
  edit("port of a service", fc.integer({ min: 8100, max: 9100 }), (webPort) => ({ webPort })),
  edit("port of a server", fc.integer({ min: 5500, max: 6000 }), (serverPort) => ({ serverPort })),
  edit("health check", fc.integer({ min: 2, max: 9 }), (interval) => ({ interval })),
  edit("processes", fc.constantFrom(1, 2, 4), (processes) => ({ processes })),
  toggle("tag of Postgres", ({ postgresVersion }) => ({ postgresVersion: otherTag(postgresVersion, "15") })),
  toggle("tag of Redis", ({ redisVersion }) => ({ redisVersion: otherTag(redisVersion, "7") })),
  toggle("tag of MariaDB", ({ mariadbVersion }) => ({ mariadbVersion: otherTag(mariadbVersion, "11") })),
  toggle("volume", ({ volume }) => ({ volume: !volume })),
  toggle("network", ({ network }) => ({ network: network === "open_network" ? "service_network" : "open_network" })),
  toggle("joined network", ({ joins }) => ({ joins: !joins })),
  toggle("order", ({ reversed }) => ({ reversed: !reversed })),
  edit("port offset", fc.integer({ min: 0, max: 400 }), (portOffset) => ({ portOffset })),
  toggle("hot reload", ({ hotReload }) => ({ hotReload: !hotReload })),
  ...[LEADS_PASSWORD, CALLS_PASSWORD, ARCHIVE_PASSWORD].map((name) =>
    edit(`password, ${name.split("-").slice(0, -1).join(" ")}`, text, (value) => ({ passwords: { [name]: value } })),
  ),
  undone(edit("system off and on", fc.constantFrom(...SYSTEMS), (name) => ({ systems: [name] }))),
  undone(toggle("MariaDB off and on", () => ({ mariadb: false }))),
  ...(Object.keys(RENAMES) as (keyof typeof RENAMES)[]).map((rename) =>
    undone(toggle(`rename of a ${rename}, undone`, () => ({ rename }))),
  ),
);

export const afterEdit = (model: Model, { change }: Edit): Model => {
  const { passwords, ...rest } = change(model);
  return { ...model, ...rest, passwords: { ...model.passwords, ...passwords } };
};

const LEADS = "infra/catalogue/leads.ts";
const CALLS = "infra/catalogue/callcenter.ts";
const INDEX = "infra/catalogue/index.ts";
export const CODE = "services/leads/manage.py";

/** The sources as the model wants them, from those of the project. */
export const sourcesOf = (model: Model, original: (file: string) => string): Record<string, string> => {
  const renames = model.rename === undefined ? {} : RENAMES[model.rename];
  const all: Readonly<Record<string, readonly Replacement[]>> = {
    [LEADS]: [...leadsOf(model), ...((renames as Record<string, readonly Replacement[]>)[LEADS] ?? [])],
    [CALLS]: callsOf(model),
    [INDEX]: model.reversed ? [["callcenter, leads,", "leads, callcenter,"]] : [],
  };
  const catalogue = Object.entries(all).map(([file, list]) => [file, replaced(file, original(file), list)] as const);
  return { ...Object.fromEntries(catalogue), [CODE]: `${original(CODE)}# soak: ${model.code}\n` };
};

const WEB = 'web: web({ description: "Leads API", port: 8080, hostPort: 8086, pool: POOL }),';
const MIGRATE = "migrate: migrate(),";

const leadsOf = (model: Model): readonly Replacement[] => [
  ['title: "Leads"', `title: ${quoted(model.title)}`],
  ['offersNetwork: "service_network"', `offersNetwork: "${model.network}"`],
  ['description: "Leads database"', `description: ${quoted(model.serverDescription)}`],
  [
    "hostPort: 5436,",
    `hostPort: ${model.serverPort}, version: "${model.postgresVersion}", limits: { cpu: 1, memory: "${model.serverMemory}Mi" },`,
  ],
  [
    "redis: redis({",
    `redis: redis({ version: "${model.redisVersion}", limits: { cpu: 0.5, memory: "${model.redisMemory}Mi" },`,
  ],
  [WEB, model.reversed ? "" : webOf(model)],
  [MIGRATE, model.reversed ? `${webOf(model)}\n    ${MIGRATE}` : MIGRATE],
  [
    '    REDIS_URL: redisUrl("redis", 0),',
    `    REDIS_URL: redisUrl("redis", 0),\n    SOAK: ${quoted(model.variable)},`,
  ],
  ...(model.volume
    ? ([["  datastores: {", '  volumes: { files: { description: "F" } },\n  datastores: {']] as const)
    : []),
];

const webOf = (model: Model): string =>
  [
    `web: web({ description: ${quoted(model.webDescription)}, port: 8080, hostPort: ${model.webPort},`,
    `limits: { cpu: ${model.webCpu}, memory: "${model.webMemory}Mi" }, serving: { processes: ${model.processes} }, pool: POOL,`,
    `healthCheck: { interval: "${model.interval}s", timeout: "5s", retries: 5, startPeriod: "40s" },`,
    ...(model.volume ? ['mounts: { files: "/srv/files" },'] : []),
    "}),",
  ].join(" ");

const callsOf = ({ mariadbVersion, joins, network }: Model): readonly Replacement[] => [
  ["db_mariadb: mariadb({", `db_mariadb: mariadb({ version: "${mariadbVersion}",`],
  ...(joins ? ([['title: "CallCenter",', `title: "CallCenter", joinsNetworks: ["leads/${network}"],`]] as const) : []),
];

const quoted = (value: string): string => JSON.stringify(value);

const replaced = (file: string, original: string, list: readonly Replacement[]): string =>
  list.reduce((source, [from, to]) => {
    if (!source.includes(from)) throw new Error(`${file} does not hold ${from}`);
    return source.replace(from, () => to);
  }, original);

/** The stack's config file as the model wants it, with base images under that prefix. */
export const configOf = (model: Model, { file, imagePrefix }: { file: string; imagePrefix: string }): string => {
  const document = parseDocument(file);
  const { systems, mariadb, portOffset, hotReload, passwords } = model;
  const settings = { systems, mariadb, portOffset, hotReload, imagePrefix, secrets: passwords };
  for (const [key, value] of Object.entries(settings))
    document.setIn(["config", `fleet:${key}`], typeof value === "object" ? value : String(value));
  return document.toString({ lineWidth: 0 });
};
