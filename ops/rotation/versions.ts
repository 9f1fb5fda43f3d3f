import { logicalName, type Resource } from "../stack/checkpoint";

const VERSION = "gcp:secretmanager/secretVersion:SecretVersion";
const RANDOM = "random:index/randomPassword:RandomPassword";

/** The version of a secret that the stack uses. */
export type UsedVersion = {
  /** The secret's logical name, such as `booking-reservas-database-password`. */
  secret: string;
  /** At Google: `projects/<number>/secrets/<secret>/versions/<number>`. */
  name: string;
};

/** The versions that the stack's state says are in use; what an interrupted replacement left over is not. */
export const usedVersions = (resources: readonly Resource[]): UsedVersion[] =>
  resources.flatMap(({ type, urn, outputs, delete: leftOver }) => {
    const name = outputs?.["name"];
    return type === VERSION && !leftOver && typeof name === "string" ? [{ secret: logicalName(urn), name }] : [];
  });

/** Whether something that runs uses a value that the program makes under this name. */
export const isUsed = (resources: readonly Resource[], secret: string): boolean =>
  resources.some(({ type, urn }) => type === RANDOM && [secret, `${secret}-b`].includes(logicalName(urn)));

/** Whether a database has a second user whose password is this secret's: one that was rotated. */
export const hasTwoUsers = (resources: readonly Resource[], secret: string): boolean =>
  resources.some(({ type, urn }) => type === RANDOM && logicalName(urn) === `${secret}-b`);

/** `projects/p/secrets/s` and 3 of `projects/p/secrets/s/versions/3`. */
export const partsOf = (name: string): { secret: string; version: number } => {
  const [, secret = name, version = "0"] = /^(.*)\/versions\/(\d+)$/.exec(name) ?? [];
  return { secret, version: Number(version) };
};
