import { posix } from "node:path";
import type { Cloud } from "../../api";
import { ApiError } from "../../errors";
import { lastOf } from "../../names";
import type { ContainerFile } from "../../realise/containers";
import { accessSecret } from "../secrets";
import { NotReady } from "./not-ready";
import type { Container, SecretVolume, Template } from "./shapes";

/**
 * The value of a version of a secret, read as the account of the container that starts.
 * @throws NotReady where the account may not read it, or it is not there
 */
export const secretValue = (cloud: Cloud, account: string, reference: { secret: string; version?: string }): Buffer => {
  const { secret, version = "latest" } = reference;
  const name = secret.includes("/") ? secret : `projects/${cloud.project.id}/secrets/${secret}`;
  const full = `${name}/versions/${version}`;
  try {
    return accessSecret(cloud, { serviceAccount: account, version: full });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const numbered = full.replace(`projects/${cloud.project.id}/`, `projects/${cloud.project.number}/`);
    const message =
      error.status === "PERMISSION_DENIED"
        ? `Permission denied on secret: ${numbered} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`
        : `Secret ${numbered} was not found or cannot be read: ${error.message}`;
    throw new NotReady(
      { message, reason: "SECRETS_ACCESS_CHECK_FAILED" },
      error.status === "NOT_FOUND" ? "NOT_FOUND" : "PERMISSION_DENIED",
    );
  }
};

type Reading = { template: Template; container: Container; account: string };

/**
 * The files of a container's volumes of secrets, as they are when it starts; Cloud Run reads `latest` anew each time
 * (https://cloud.google.com/run/docs/configuring/services/secrets).
 * @throws NotReady
 */
export const secretFiles = (cloud: Cloud, { template, container, account }: Reading): ContainerFile[] =>
  (container.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
    const source = template.volumes?.find((volume) => volume.name === name)?.secret;
    if (source === undefined) return [];
    return itemsOf(source).map(({ path, version, mode }) => ({
      path: posix.join(mountPath, path),
      content: secretValue(cloud, account, { secret: source.secret, ...(version && { version }) }),
      mode: mode || source.defaultMode || READABLE,
    }));
  });

/** Everybody may read it. */
const READABLE = 0o444;

/** Without items it is one file, with the secret's name. */
const itemsOf = ({ secret, items = [] }: SecretVolume): NonNullable<SecretVolume["items"]> =>
  items.length > 0 ? items : [{ path: lastOf(secret) }];
