import type { Cloud } from "../../api";
import { projectResource } from "../../grants";
import { socketMounts } from "../../realise/sql-server";
import type { Template } from "./shapes";

/** What it takes to use Cloud SQL's connector: https://cloud.google.com/sql/docs/postgres/connect-run#configure-cloud-run */
const CONNECT = "cloudsql.instances.connect";

/**
 * The volumes with the sockets that a container finds, by their folders. One that its account may not use, or of an instance that
 * is not there, is absent: as on Google, the deployment goes through, and the program cannot connect.
 */
export const connectedSockets = (
  cloud: Cloud,
  { template, account }: { template: Template; account: string },
): Record<string, string> => {
  const { project } = cloud;
  return Object.fromEntries(
    mountsOf(template).flatMap(({ folder, connection }) => {
      const [owner, , instance = ""] = connection.split(":");
      const found = cloud.store.get("sql.instances", instance);
      const isThere = owner === project.id && found?.["connectionName"] === connection;
      return isThere && mayConnect(cloud, account, instance)
        ? Object.entries(socketMounts(cloud.realise, { folder, instance }))
        : [];
    }),
  );
};

const mayConnect = ({ grants, project }: Cloud, account: string, instance: string): boolean =>
  grants.allows({
    member: `serviceAccount:${account}`,
    permission: CONNECT,
    resources: [projectResource(project.id)],
    attributes: {
      resource: { type: "sqladmin.googleapis.com/Instance", name: `projects/${project.id}/instances/${instance}` },
    },
  });

const mountsOf = ({ containers = [], volumes = [] }: Template): { folder: string; connection: string }[] =>
  volumes.flatMap(({ name, cloudSqlInstance }) => {
    const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts.filter((mount) => mount.name === name));
    return mounts.flatMap(({ mountPath }) =>
      (cloudSqlInstance?.instances ?? []).map((connection) => ({ folder: mountPath, connection })),
    );
  });
