import { excusedFrom } from "../../../infra/targets/gcp/labels";
import { container, good } from "../good";
import { serviceWith, scaled, withVariable, type Mistake } from "./mistake";

export const cloudRun: Mistake[] = [
  {
    title: "no service account",
    rule: "run-own-service-account",
    changed: { service: { ...good.service, template: { ...good.service.template, serviceAccount: undefined } } },
  },
  {
    title: "the default service account, in a job",
    rule: "run-own-service-account",
    changed: {
      job: {
        ...good.job,
        template: {
          template: {
            ...good.job.template.template,
            serviceAccount: "123456-compute@developer.gserviceaccount.com",
          },
        },
      },
    },
  },
  {
    title: "no memory limit",
    rule: "run-memory-limit",
    changed: serviceWith({ resources: { cpuIdle: true, limits: { cpu: "1" } } }),
  },
  {
    title: "no CPU limit",
    rule: "run-cpu-limit",
    changed: serviceWith({ resources: { cpuIdle: true, limits: { memory: "512Mi" } } }),
  },
  {
    title: "an image by tag",
    rule: "run-image-by-digest",
    changed: serviceWith({ image: "europe-docker.pkg.dev/shop/prod/web:latest" }),
  },
  {
    title: "latest in a secret reference",
    rule: "run-secret-version-pinned",
    changed: withVariable({ name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "latest" } } }),
  },
  {
    title: "a secret reference without a version",
    rule: "run-secret-version-pinned",
    changed: withVariable({ name: "KEY", valueSource: { secretKeyRef: { secret: "key" } } }),
  },
  {
    title: "latest in a mounted secret",
    rule: "run-secret-version-pinned",
    changed: {
      service: {
        ...good.service,
        template: {
          ...good.service.template,
          volumes: [{ name: "key", secret: { secret: "key", items: [{ path: "key", version: "latest" }] } }],
        },
      },
    },
  },
  {
    title: "a password as a plain value",
    rule: "no-plain-secret",
    changed: withVariable({ name: "DATABASE_PASSWORD", value: "hunter2" }),
  },
  {
    title: "a password in a URL",
    rule: "no-plain-secret",
    changed: withVariable({ name: "DATABASE_URL", value: "postgres://shop:hunter2@10.0.0.3/shop" }),
  },
  { title: "PORT as a variable", rule: "run-port-not-set", changed: withVariable({ name: "PORT", value: "8080" }) },
  { title: "no startup probe", rule: "run-startup-probe", changed: serviceWith({ startupProbe: undefined }) },
  {
    title: "a TCP startup probe",
    rule: "run-startup-probe",
    changed: serviceWith({ startupProbe: { tcpSocket: { port: 8080 } } }),
  },
  { title: "no liveness probe", rule: "run-liveness-probe", changed: serviceWith({ livenessProbe: undefined }) },
  {
    title: "CPU always on",
    rule: "run-cpu-only-while-serving",
    changed: serviceWith({ resources: { ...container.resources, cpuIdle: false } }),
  },
  {
    title: "CPU always on, excused from something else",
    rule: "run-cpu-only-while-serving",
    changed: {
      service: {
        ...serviceWith({ resources: { ...container.resources, cpuIdle: false } }).service,
        annotations: { ...good.service.annotations, ...excusedFrom("run-ingress", "it works between requests") },
      },
    },
  },
  {
    title: "CPU left to Google's default",
    rule: "run-cpu-only-while-serving",
    changed: serviceWith({ resources: { limits: container.resources.limits } }),
  },
  { title: "no upper limit of instances", rule: "run-max-instances", changed: scaled({ minInstanceCount: 0 }) },
  { title: "more instances than allowed", rule: "run-max-instances", changed: scaled({ maxInstanceCount: 100 }) },
  {
    title: "a worker pool that does not say how many",
    rule: "run-worker-instances",
    changed: {
      pool: { ...good.pool, scaling: undefined, template: { ...good.pool.template, containers: [container] } },
    },
  },
  {
    title: "beat with two instances",
    rule: "run-one-scheduler",
    changed: { pool: { ...good.pool, scaling: { manualInstanceCount: 2 } } },
  },
  {
    title: "a labelled scheduler with none",
    rule: "run-one-scheduler",
    changed: {
      pool: {
        ...good.pool,
        labels: { ...good.pool.labels, "fleet-kind": "scheduler" },
        scaling: { manualInstanceCount: 0 },
        template: { ...good.pool.template, containers: [container] },
      },
    },
  },
  {
    title: "a public service without a reason",
    rule: "run-public-with-reason",
    from: "CKV_GCP_102",
    changed: { service: { ...good.service, annotations: {} } },
  },
  {
    title: "a service that asks nobody who they are, without a reason",
    rule: "run-public-with-reason",
    changed: {
      service: { ...good.service, annotations: {}, invokerIamDisabled: true },
      member: { ...good.member, member: "serviceAccount:a@shop.iam.gserviceaccount.com" },
    },
  },
];
