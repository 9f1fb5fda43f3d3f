import type { Catalogue } from "../../infra/catalogue";
import { booking } from "../../infra/catalogue/booking";
import { callcenter } from "../../infra/catalogue/callcenter";
import { leads } from "../../infra/catalogue/leads";
import { marketplace } from "../../infra/catalogue/marketplace";
import { meet } from "../../infra/catalogue/meet";
import { databaseUrl, redisUrl, secret, type System, type Web } from "../../infra/catalogue/vocabulary";
import type { Outputs, Prepared } from "../../infra/outputs";
import { tryPlan } from "../../infra/plan/make-plan";
import type { CloudPlan, LocalPlan, Plan } from "../../infra/plan/plan";
import { refuse } from "../../infra/problems";
import type { CloudSettings } from "../../infra/settings/cloud";
import type { Settings } from "../../infra/settings/schema";

/** Resolves the catalogue for one stack; throws a ProblemsError with every rule that catalogue or settings break. */
export const makePlan = (of: Catalogue, given: Settings): Plan => {
  const { plan, problems } = tryPlan(of, given);
  refuse(problems);
  return plan as Plan;
};

/** Settings of a stack that runs everything on a laptop. */
export const settings: Settings = {
  stack: "test",
  target: "local",
  systems: ["all"],
  mariadb: false,
  portOffset: 0,
  hotReload: false,
  forwardedHosts: [],
  imagePrefix: "",
  secrets: [],
};

/** Settings of a cloud stack where the config says no more than it must. */
export const cloud: CloudSettings = {
  project: "acme-shop",
  region: "europe-west1",
  sql: "shared",
  redis: "perSystem",
  redisTls: true,
  databaseConnections: 0,
  deletionProtection: true,
  anyRegion: false,
  maxInstances: 10,
  alerts: true,
  alertEmail: "ops@example.com",
  rotations: {},
  reviews: 0,
  reviewSlot: 0,
  reviewers: [],
  rekeyed: {},
};

/** Settings of the stack prod. */
export const cloudSettings: Settings = {
  ...settings,
  stack: "prod",
  target: "gcp",
  systems: ["booking"],
  cloud,
};

/** Settings of a cloud stack that runs every system. */
export const everySystem: Settings = {
  ...cloudSettings,
  systems: ["all"],
  mariadb: true,
  secrets: ["marketplace-aws-access-key-id", "marketplace-aws-secret-access-key"],
  cloud: {
    ...cloud,
    network: "default",
    messagingAccount: "123456789012",
  },
};

const healthCheck = { interval: "5s", timeout: "5s", retries: 5, startPeriod: "10s" } as const;
const limits = { cpu: 1, memory: "256Mi" } as const;

export const web: Web = {
  kind: "web",
  description: "Shop window",
  image: "leads",
  env: {
    DATABASE_URL: databaseUrl("postgres", "shop"),
    REDIS_URL: redisUrl("redis", 1),
    SECRET_KEY: secret("key"),
  },
  port: 8080,
  hostPort: 9000,
  healthPath: "/healthz",
  healthCheck,
  serving: { processes: 2, concurrency: 8, requestTimeout: "60s", workerTimeout: "30s" },
  limits,
  after: ["migrate"],
};

/** A system with one of everything that a small one has. */
export const shop: System = {
  title: "Shop",
  secrets: {
    key: { length: 50 },
    password: { length: 32 },
    superuser: { length: 32 },
    "redis-password": { length: 32 },
  },
  datastores: {
    postgres: {
      engine: "postgres",
      version: "15",
      description: "Database",
      databases: [{ name: "shop", user: "shop", password: "password" }],
      superuserPassword: "superuser",
      healthCheck,
      limits,
    },
    redis: { engine: "redis", version: "7", description: "Cache", password: "redis-password", healthCheck, limits },
  },
  services: {
    migrate: {
      kind: "job",
      description: "Migrations",
      image: "leads",
      command: ["python", "manage.py", "migrate"],
      env: { DATABASE_URL: databaseUrl("postgres", "shop") },
      limits,
      rerunOn: "migrations",
    },
    web,
  },
};

export const catalogue: Catalogue = { shop };

/** The systems of the specifications: a catalogue with some of everything, which stays as it is when a service is added. */
export const specified = { callcenter, leads, marketplace, booking, meet } as const satisfies Catalogue;

/** The shop with other services. */
export const withServices = (services: System["services"]): Catalogue => ({ shop: { ...shop, services } });

/** The shop with its web service changed. */
export const withWeb = (change: Partial<Web>): Catalogue =>
  withServices({ ...shop.services, web: { ...web, ...change } });

/** A plan for Docker. */
export const localPlan = (of: Catalogue, change: Settings): LocalPlan => {
  const plan = makePlan(of, change);
  if (plan.target !== "local") throw new Error("these settings are of another target");
  return plan;
};

/** A plan for Google Cloud. */
export const cloudPlan = (of: Catalogue, change: Settings): CloudPlan => {
  const plan = makePlan(of, change);
  if (plan.target !== "gcp") throw new Error("these settings are of another target");
  return plan;
};

/** What a target makes; its problems are thrown, as the program throws them. */
export const made = async (preparing: Prepared | Promise<Prepared>): Promise<Outputs> => {
  const { problems, make } = await preparing;
  refuse(problems);
  return make();
};
