import type { Call } from "../api";
import { ApiError } from "../errors";
import { projectResource } from "../grants";

type Asked = Pick<Call, "project" | "demand"> & { userProject: string | undefined; service: string };

/**
 * A client may name the project that pays. Its caller needs a permission on it, and there is one project here.
 * @throws ApiError 403 for another one
 */
export const checkUserProject = ({ project, demand, userProject, service }: Asked): void => {
  if (userProject === undefined) return;
  if (userProject !== project.id && userProject !== project.number) throw denied(userProject, service);
  demand({ permission: "serviceusage.services.use", resources: [projectResource(project.id)] });
};

const denied = (userProject: string, service: string): ApiError =>
  new ApiError({
    status: "PERMISSION_DENIED",
    message: `Caller does not have required permission to use project ${userProject}. Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission, by visiting https://console.developers.google.com/iam-admin/iam/project?project=${userProject} and then retry. Propagation of the new permission may take a few minutes.`,
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "USER_PROJECT_DENIED",
        domain: "googleapis.com",
        metadata: { service, consumer: `projects/${userProject}` },
      },
    ],
  });
