/** The system leads as a stack of this clone runs it, told by state and engine. */
import assert from "node:assert/strict";
import type { Container, Inventory } from "../../../docker/inventory";
import { ProblemsError } from "../../../infra/problems";
import type { Resource } from "../../../ops/stack/checkpoint";
import { readPublished } from "../../../ops/stack/published";
import { thisClone } from "../../../infra/targets/local/clone";
import { runningIn } from "../../../ops/stack/running";
import { stackOf } from "../../../ops/stack/stack";
import { publishedPlan } from "../published";

const stack = stackOf("dev");
const config = { "fleet:systems": '["leads"]' };
export const plan = publishedPlan({ config });

export const labels = (part: string): Record<string, string> => ({
  "dev.fleet.stack": "fleet/dev",
  "dev.fleet.system": "leads",
  "dev.fleet.part": part,
  "dev.fleet.checkout": process.cwd(),
  "dev.fleet.clone": thisClone().id,
  "com.leads.description": `What ${part} is for`,
});

/** A resource of the provider's, as the state keeps it. */
export const made = (type: string, name: string, outputs: Record<string, unknown>): Resource => ({
  urn: `urn:pulumi:dev::fleet::docker:index/${type}::${name}`,
  type: `docker:index/${type}`,
  id: `${name}-id`,
  outputs,
});
export const container = (part: string, outputs: Record<string, unknown> = {}): Resource =>
  made("container:Container", `leads-${part}`, {
    name: `leads_dev_${part}`,
    labels: Object.entries(labels(part)).map(([label, value]) => ({ label, value })),
    ...outputs,
  });
const image = (name: string): Resource => made("remoteImage:RemoteImage", name, { imageId: `sha256:${name}`, name });
const data = (part: string) => [{ volumeName: `leads_dev_${part}_data`, containerPath: "/data" }];

/** What the program exports. */
export const outputs: Resource = {
  urn: "urn:pulumi:dev::fleet::pulumi:pulumi:Stack::fleet-dev",
  type: "pulumi:pulumi:Stack",
  outputs: {
    services: [
      { system: "leads", service: "migrate", kind: "job", container: "leads_dev_migrate" },
      {
        ...{ system: "leads", service: "web", kind: "web", container: "leads_dev_web" },
        ...{ url: "http://localhost:8086", healthUrl: "http://localhost:8086/healthz" },
      },
    ],
  },
};

export const ofPlan: Resource[] = [
  image("mirror.example/postgres:15-bookworm"),
  image("mirror.example/redis:7-bookworm"),
  container("postgres", {
    ...{ image: "sha256:mirror.example/postgres:15-bookworm", volumes: data("postgres") },
    ports: [{ internal: 5432, external: 5436 }],
  }),
  container("redis", { image: "sha256:mirror.example/redis:7-bookworm", volumes: data("redis") }),
  container("migrate"),
  container("web", {
    ports: [{ internal: 8080, external: 8086 }],
    volumes: [{ hostPath: "/clone/services/leads", containerPath: "/srv/app" }],
  }),
];

/** The engine with the same containers, or with these. */
export const engine = (...parts: string[]): Inventory => ({
  containers: parts.map((part): Container => ({
    ...{ id: `leads-${part}-id`, name: `leads_dev_${part}`, labels: labels(part), running: true, networks: {} },
    volumes: ["postgres", "redis", "left"].includes(part) ? [`leads_dev_${part}_data`] : [],
  })),
  networks: [],
  volumes: [
    {
      ...{ id: "leads_dev_postgres_data", name: "leads_dev_postgres_data" },
      labels: { "dev.fleet.data-format": "postgres 15 glibc" },
    },
    {
      ...{ id: "leads_dev_redis_data", name: "leads_dev_redis_data" },
      labels: { "dev.fleet.data-format": "redis 7 glibc" },
    },
  ],
  images: [],
  engine: "engine",
});
const whole = engine("postgres", "redis", "migrate", "web");

export const read = (...resources: Resource[]) => readPublished({ stack: "dev", state: { resources, pending: [] } });
export const opened = (resources: Resource[], inventory = whole) =>
  runningIn({ stack, state: { resources, pending: [] }, inventory });
export const refused = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ProblemsError, String(error));
    return error.message;
  }
  return assert.fail("it was not refused");
};
