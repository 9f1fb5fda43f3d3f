import type { Cloud } from "../../api";
import { projectResource } from "../../grants";
import { socketVolumeOf } from "../../realise/postgres";
import type { Template } from "./shapes";

/** Who may use Cloud SQL's connector: https://cloud.google.com/sql/docs/postgres/connect-run#configure-cloud-run */
const CLIENTS = [
  "roles/cloudsql.client",
  "roles/cloudsql.editor",
  "roles/cloudsql.admin",
  "roles/editor",
  "roles/owner",
];

/**
 * The sockets that a container finds, by their folders. One that its account may not use, or of an instance that is not
 * there, is absent: as on Google, the deployment goes through, and the program cannot connect.
 */
export const connectedSockets = (
  cloud: Cloud,
  { template, account }: { template: Template; account: string },
): Record<string, string> => {
  const { grants, project } = cloud;
  const wanted = mountsOf(template);
  const mayConnect = (): boolean =>
    grants.allows({ member: `serviceAccount:${account}`, roles: CLIENTS, resources: [projectResource(project.id)] });
  if (wanted.length === 0 || !mayConnect()) return {};
  return Object.fromEntries(
    wanted.flatMap(({ folder, connection }) => {
      const [owner, , instance = ""] = connection.split(":");
      const found = cloud.store.get("sql.instances", instance);
      return owner === project.id && found?.["connectionName"] === connection
        ? [[`${folder}/${connection}`, socketVolumeOf(cloud.realise, instance)]]
        : [];
    }),
  );
};

const mountsOf = ({ containers = [], volumes = [] }: Template): { folder: string; connection: string }[] =>
  volumes.flatMap(({ name, cloudSqlInstance }) => {
    const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts.filter((mount) => mount.name === name));
    return mounts.flatMap(({ mountPath }) =>
      (cloudSqlInstance?.instances ?? []).map((connection) => ({ folder: mountPath, connection })),
    );
  });
