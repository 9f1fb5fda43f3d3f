import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { databaseAlerts, serviceAlerts, uptimeAlert, type Alert, type WatchedDatabase } from "./alerts";
import { labelsOf } from "./labels";
import { sizeOf } from "../../plan/budget";
import { logicalName, lookUp } from "../../plan/ids";
import { isPostgres, type CloudPlan } from "../../plan/plan";
import { serversOf, type Server } from "../../plan/servers";
import { resourceName, type GcpService } from "./service";

export type WatchingArgs = {
  stack: string;
  project: string;
  labels: Record<string, string>;
  /** The recipient of alerts. */
  email: string;
  /** The APIs. */
  apis: readonly pulumi.Resource[];
  /** Names on Cloud Run of the web services. */
  services: readonly string[];
  /** Cloud SQL instances by logical name. */
  databases: Readonly<Record<string, WatchedDatabase>>;
  /** Web services that anyone may call, by logical name. */
  publicServices: Readonly<Record<string, PublicService>>;
};

type PublicService = { uri: pulumi.Input<string>; healthPath: string };

type PlanToWatch = Pick<WatchingArgs, "apis"> & { plan: CloudPlan; services: ReadonlyMap<string, GcpService> };

/** Watches the services and databases of a plan. */
export const watch = ({ plan, services, apis }: PlanToWatch): Watching => {
  const { stack, cloud } = plan;
  const webs = [...plan.services.values()].filter((service) => service.kind === "web");
  const open = webs.filter((service) => service.public);
  return new Watching("watching", {
    // fleet:alerts needs fleet:alertEmail (infra/settings/combinations.ts).
    ...{ stack, project: cloud.project, labels: labelsOf({ stack }), email: cloud.alertEmail as string, apis },
    services: webs.map((service) => resourceName(plan, service)),
    databases: Object.fromEntries(serversOf(plan).map((server) => [server.id, watchedDatabase(server, plan)])),
    publicServices: Object.fromEntries(
      open.flatMap((service) => {
        const { web } = lookUp(services, service.id);
        return web ? [[logicalName(service), { uri: web.uri, healthPath: service.healthPath }] as const] : [];
      }),
    ),
  });
};

const watchedDatabase = (server: Server, plan: CloudPlan): WatchedDatabase => ({
  databaseId: `${plan.cloud.project}:${server.name}`,
  engine: isPostgres(server.datastores[0]) ? "postgres" : "mysql",
  connections: sizeOf(plan, server).connections,
});

/** Alerts, uptime checks, and the notification channel that they use. */
export class Watching extends pulumi.ComponentResource {
  private readonly channel: gcp.monitoring.NotificationChannel;
  private readonly args: WatchingArgs;

  constructor(name: string, args: WatchingArgs, options?: pulumi.ComponentResourceOptions) {
    super("fleet:gcp:Watching", name, {}, options);
    this.args = args;
    this.channel = this.createChannel(name);
    const checks = Object.entries(args.publicServices).map(([service, of]) => this.createCheck({ service, ...of }));

    for (const alert of args.services.length > 0 ? serviceAlerts(args.services) : [])
      this.createPolicy({ name: `${name}-${alert.name}`, alert });
    for (const [database, watched] of Object.entries(args.databases))
      for (const alert of databaseAlerts(watched)) this.createPolicy({ name: `${database}-${alert.name}`, alert });
    if (checks.length > 0) this.createPolicy({ name: `${name}-uptime`, alert: alertOn(checks) });
    this.registerOutputs();
  }

  private createChannel(name: string): gcp.monitoring.NotificationChannel {
    return new gcp.monitoring.NotificationChannel(
      `${name}-email`,
      {
        displayName: `${this.args.stack}: e-mail`,
        type: "email",
        labels: { email_address: this.args.email },
        userLabels: this.args.labels,
        // An address that changes is a new channel: the policies have to let go of the old one first.
        forceDelete: true,
      },
      { parent: this, dependsOn: [...this.args.apis] },
    );
  }

  private createCheck({ service, uri, healthPath }: { service: string } & PublicService): Check {
    return new gcp.monitoring.UptimeCheckConfig(
      `${service}-uptime`,
      {
        displayName: `${this.args.stack}: ${service}`,
        timeout: "10s",
        period: "300s",
        httpCheck: { path: outsidePath(healthPath), port: 443, useSsl: true, validateSsl: true },
        monitoredResource: {
          type: "uptime_url",
          labels: { project_id: this.args.project, host: pulumi.output(uri).apply((url) => new URL(url).host) },
        },
        userLabels: this.args.labels,
      },
      { parent: this, dependsOn: [...this.args.apis] },
    );
  }

  private createPolicy({ name, alert }: { name: string; alert: pulumi.Input<Alert> }): void {
    const { condition, advice } = pulumi.output(alert);
    new gcp.monitoring.AlertPolicy(
      name,
      {
        displayName: pulumi.interpolate`${this.args.stack}: ${condition.displayName}`,
        combiner: "OR",
        conditions: [condition],
        notificationChannels: [this.channel.name],
        documentation: { content: advice, mimeType: "text/markdown" },
        alertStrategy: { autoClose: "1800s" },
        userLabels: this.args.labels,
      },
      { parent: this },
    );
  }
}

type Check = gcp.monitoring.UptimeCheckConfig;

/** Google names a check when it makes it. */
const alertOn = (checks: readonly Check[]): pulumi.Output<Alert> =>
  pulumi.all(checks.map(({ uptimeCheckId }) => uptimeCheckId)).apply(uptimeAlert);

/** The health path from outside: Google's front end may reserve paths that end in z; every service has a second one. */
export const outsidePath = (healthPath: string): string => (healthPath.endsWith("z") ? "/health/" : healthPath);
