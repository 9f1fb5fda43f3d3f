import { readFileSync } from "node:fs";
import { join } from "node:path";
import { permissionDenied } from "../errors";

/** Google's names, with their source and date (update-names.ts). */
type Named = { source: string; date: string; regions: string[]; services: string[]; roles: string[] };

const named = JSON.parse(readFileSync(join(import.meta.dirname, "names.json"), "utf8")) as Named;
const [regions, services, roles] = [named.regions, named.services, named.roles].map((names) => new Set(names));

/** Such as "europe-west1". */
export const isRegion = (name: string): boolean => regions!.has(name);

/** Such as "run.googleapis.com". */
export const isService = (name: string): boolean => services!.has(name);

/** A predefined role, such as "roles/run.admin". */
export const isRole = (name: string): boolean => roles!.has(name);

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
