import type { Cloud } from "../api";
import { badRequest, failedPrecondition, permissionDenied } from "../errors";
import { projectResource } from "../grants";
import { kept, missing } from "../kept";
import { own } from "../own";
import { productOf } from "../products";
import { withProjectId, withProjectNumber } from "../project";
import type { Resource } from "../store";

export const SECRETS = "secretmanager.secrets";
export const VERSIONS = "secretmanager.versions";

export type Secret = Resource & {
  name: string;
  etag: string;
  nextVersion: number;
  versionAliases?: Record<string, string>;
  /** As `toISOString` writes it. */
  expireTime?: string;
};
export type Version = Resource & {
  name: string;
  state: "ENABLED" | "DISABLED" | "DESTROYED";
  etag: string;
  /** Base64. */
  data?: string;
};

export const secretResource = (name: string): string => `//secretmanager.googleapis.com/${name}`;

/**
 * The value of a secret's version, for whoever may read it. What starts a container asks for it here, as the service
 * account of the service.
 * @param of.serviceAccount its e-mail address
 * @param of.version full name, `projects/p/secrets/s/versions/3` (or `latest`, or an alias)
 * @throws ApiError 403, 404 or 400 in Google's words
 */
export const accessSecret = (cloud: Cloud, of: { serviceAccount: string; version: string }): Buffer => {
  const name = withProjectId(of.version, cloud.project);
  const secret = name.replace(/\/versions\/[^/]+$/, "");
  const isAllowed = cloud.grants.allows({
    member: `serviceAccount:${of.serviceAccount}`,
    permission: "secretmanager.versions.access",
    resources: [secretResource(secret), projectResource(cloud.project.id)],
  });
  if (!isAllowed)
    throw permissionDenied(
      `Permission 'secretmanager.versions.access' denied for resource '${name}' (or it may not exist).`,
    );
  return valueOf(findVersion(cloud, name), cloud);
};

/** The value of an enabled version. */
export const valueOf = (version: Version, { project }: Pick<Cloud, "project">): Buffer => {
  if (version.state === "ENABLED") return Buffer.from(version.data ?? "", "base64");
  const shown = withProjectNumber(version.name, project);
  throw failedPrecondition(`Secret Version [${shown}] is in ${version.state} state.`);
};

/** Takes away a secret with its versions and its policy. */
export const removeSecret = ({ store, grants }: Keeping, { name }: Secret): void => {
  store.deleteAll(VERSIONS, `${name}/versions/`);
  store.delete(SECRETS, name);
  grants.remove(secretResource(name));
};

/** Takes away what has expired; Google does so within a while. */
export const dropExpired = (cloud: Keeping): void => {
  const now = new Date().toISOString();
  for (const secret of cloud.store.list<Secret>(SECRETS))
    if (secret.expireTime !== undefined && secret.expireTime <= now) removeSecret(cloud, secret);
};

type Keeping = Pick<Cloud, "store" | "grants">;
type Finding = Keeping & Pick<Cloud, "project">;

const product = productOf("secretmanager");

/** @throws ApiError 404 */
export const findSecret = (cloud: Finding, name: string): Secret => {
  dropExpired(cloud);
  return kept<Secret>({ ...cloud, product }, { kind: SECRETS, name });
};

/** The version of a full name; `latest` is the newest one, and fails if that is not enabled. */
export const findVersion = (cloud: Finding, name: string): Version => {
  const [, secretName = "", id = ""] = /^(.*)\/versions\/([^/]+)$/.exec(name) ?? [];
  const secret = findSecret(cloud, secretName);
  const number = id === "latest" ? String(secret.nextVersion - 1) : (own(secret.versionAliases, id) ?? id);
  const found = cloud.store.get<Version>(VERSIONS, `${secretName}/versions/${number}`);
  if (!found) throw missing({ ...cloud, product }, { kind: VERSIONS, name });
  return found;
};

/** @throws ApiError 400 for an alias of a version that is not there or destroyed: https://cloud.google.com/secret-manager/docs/assign-alias-to-secret-version */
export const checkAliases = (
  { store, project }: Pick<Cloud, "store" | "project">,
  { name, aliases = {} }: { name: string; aliases?: unknown },
): void => {
  for (const [alias, number] of Object.entries(aliases as Record<string, string>)) {
    const version = `${name}/versions/${number}`;
    const found = store.get<Version>(VERSIONS, version);
    if (found && found.state !== "DESTROYED") continue;
    const description = `The version alias '${alias}' refers to [${withProjectNumber(version, project)}], which does not exist or is destroyed.`;
    throw badRequest({ field: "secret.version_aliases", description });
  }
};
