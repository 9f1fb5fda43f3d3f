import { permissionDenied } from "../errors";
import { regions, roles, services } from "../names-of-google";

const [REGIONS, SERVICES, ROLES] = [regions, services, roles].map((names) => new Set(names));

/** Such as "europe-west1". */
export const isRegion = (name: string): boolean => REGIONS!.has(name);

/** Such as "run.googleapis.com". */
export const isService = (name: string): boolean => SERVICES!.has(name);

/** A predefined role, such as "roles/run.admin". */
export const isRole = (name: string): boolean => ROLES!.has(name);

/** Where some products keep things that no single region keeps: https://cloud.google.com/artifact-registry/docs/repositories/repo-locations */
const WIDER: Readonly<Record<string, readonly string[]>> = { artifactregistry: ["asia", "europe", "us"] };

/**
 * @throws ApiError 403 for a location that the API does not have, in the words of
 * https://github.com/GoogleCloudPlatform/spinnaker-for-gcp/issues/157
 */
export const requireLocation = (api: string, params: Readonly<Record<string, string>>): void => {
  for (const name of Object.values(params)) {
    const [, location] = /^projects\/[^/]+\/locations\/([^/]+)/.exec(name) ?? [];
    const isThere = location === undefined || location === "-" || isRegion(location) || WIDER[api]?.includes(location);
    if (!isThere) throw permissionDenied(`Permission denied on 'locations/${location}' (or it may not exist).`);
  }
};
