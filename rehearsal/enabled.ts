import type { Api, Cloud } from "./api";
import { ApiError } from "./errors";

const KIND = "serviceusage.enabled";

/**
 * What a project has before anything is enabled: Google's defaults, and the two that have to be there before a program
 * can enable the others (https://cloud.google.com/service-usage/docs/enabled-service).
 */
const ENABLED_AT_FIRST: readonly string[] = [
  "cloudapis.googleapis.com",
  "cloudresourcemanager.googleapis.com",
  "logging.googleapis.com",
  "monitoring.googleapis.com",
  "servicemanagement.googleapis.com",
  "serviceusage.googleapis.com",
  "storage-api.googleapis.com",
  "storage.googleapis.com",
];

export const isEnabled = ({ store }: Pick<Cloud, "store">, service: string): boolean =>
  store.get<{ enabled: boolean }>(KIND, service)?.enabled ?? ENABLED_AT_FIRST.includes(service);

export const setEnabled = ({ store }: Pick<Cloud, "store">, service: string, enabled: boolean): void =>
  void store.put(KIND, service, { enabled });

export const enabledServices = (cloud: Pick<Cloud, "store">): string[] => {
  const touched = cloud.store.entries(KIND).map(([service]) => service);
  return [...new Set([...ENABLED_AT_FIRST, ...touched])].filter((service) => isEnabled(cloud, service)).sort();
};

/** @throws ApiError 403 as Google answers for an API that the project has not enabled */
export const requireEnabled = (cloud: Pick<Cloud, "store" | "project">, { service }: Pick<Api, "service">): void => {
  if (isEnabled(cloud, service)) return;
  const { number } = cloud.project;
  throw new ApiError({
    status: "PERMISSION_DENIED",
    message: `${service} has not been used in project ${number} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${service}/overview?project=${number} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
    // In the older format, by which Terraform knows it.
    reason: "accessNotConfigured",
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "SERVICE_DISABLED",
        domain: "googleapis.com",
        metadata: { service, consumer: `projects/${number}` },
      },
    ],
  });
};
