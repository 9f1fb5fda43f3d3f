import { readFileSync } from "node:fs";
import path from "node:path";
import { REGISTRY_USER } from "../../rehearsal/access";
import type { Variables } from "../stack/environment";

/** Products whose addresses the plugin composes in a way of its own; every other one is asked below its own name. */
const ROOTS: Record<string, string> = {
  ARTIFACT_REGISTRY: "artifactregistry/v1/",
  CLOUD_BILLING: "cloudbilling/v1/",
  CLOUD_RESOURCE_MANAGER: "cloudresourcemanager/v1/",
  // Of version 1 policies alone are rehearsed; the plugin adds the version itself.
  CLOUD_RUN: "run/",
  CLOUD_RUN_V2: "run/v2/",
  CLOUD_SCHEDULER: "cloudscheduler/v1/",
  IAM: "iam/v1/",
  // The newest plugin uses it for service accounts.
  IAM_BETA: "iam/v1/",
  LOGGING: "logging/v2/",
  // The plugin adds the version itself.
  MONITORING: "monitoring/",
  RESOURCE_MANAGER: "cloudresourcemanager/v1/",
  RESOURCE_MANAGER_V3: "cloudresourcemanager/v3/",
  RESOURCE_MANAGER3: "cloudresourcemanager/v3/",
  SECRET_MANAGER: "secretmanager/v1/",
  SERVICE_USAGE: "serviceusage/v1/",
  // The handwritten client removes two parts.
  SQL: "sqladmin/sql/v1beta4/",
};

/** Names that a newer plugin has and the installed SDK does not. */
const NEWER = ["NETWORK_MANAGEMENTV1"];

/** Every product that the plugin knows, as in GOOGLE_<product>_CUSTOM_ENDPOINT; read from the installed SDK. */
export const products = (): string[] => {
  const file = path.resolve("node_modules/@pulumi/gcp/config/vars.d.ts");
  const fields = readFileSync(file, "utf8").matchAll(/const (\w+)CustomEndpoint\b/g);
  const known = [...fields].map(([, name = ""]) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
  return [...new Set([...known, ...NEWER, ...Object.keys(ROOTS)])].sort();
};

/**
 * Sends the plugin's every request to the rehearsal: each product by its variable, and whatever would go past them
 * by the proxy, which refuses and reports it.
 */
export const endpointVariables = ({ port, token }: { port: number; token: string }): Variables => {
  const server = `http://127.0.0.1:${port}`;
  const here = "127.0.0.1,localhost";
  const endpoints = products().map((product) => [
    `GOOGLE_${product}_CUSTOM_ENDPOINT`,
    `${server}/${ROOTS[product] ?? `${product.toLowerCase()}/v1/`}`,
  ]);
  const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map((name) => [name, server]);
  return {
    ...(Object.fromEntries([...endpoints, ...proxies]) as Record<string, string>),
    NO_PROXY: here,
    no_proxy: here,
    // The health checks of a rotation get identity tokens here (ops/rotation/health.ts).
    FLEET_IDENTITY_URL: `${server}/_rehearsal/token?audience=`,
    DOCKER_REGISTRY_USER: REGISTRY_USER,
    DOCKER_REGISTRY_PASS: token,
    // Real credentials may be neither used nor requested.
    GOOGLE_OAUTH_ACCESS_TOKEN: token,
    GOOGLE_CREDENTIALS: undefined,
    GOOGLE_APPLICATION_CREDENTIALS: undefined,
    GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: undefined,
    PULUMI_GCP_SKIP_REGION_VALIDATION: "true",
  };
};
